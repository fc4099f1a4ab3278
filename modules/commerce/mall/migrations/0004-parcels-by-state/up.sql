-- What a merchant has to pack and to send is looked for by how parcels stand.
CREATE INDEX parcel_by_state ON parcel (merchant, state);
