-- Events by the object that they tell of: every event's data begins with that object's id.
CREATE INDEX event_of_object
  ON event (tenant, (substring(data from '^[{]"object":[{]"id":"([0-9A-Za-z_]+)"')), id DESC);
