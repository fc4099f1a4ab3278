-- Whom an operator key acts as: the person who made it. Null: nobody, as with the first key of a machine.
ALTER TABLE api_key ADD COLUMN owner text REFERENCES person (id);
ALTER TABLE api_key ADD CONSTRAINT owner_of_operator_key CHECK (kind = 'operator' OR owner IS NULL);

-- Keys that are there belong to whom the audit entries name: a person, or whoever owned the key that made
-- them; a successor belongs to whoever owned its predecessor.
WITH RECURSIVE made AS (
  SELECT k.id, k.successor_of, entry.payload ->> 'actor' AS actor
  FROM api_key k
  JOIN outbox entry ON entry.type = 'audit.entry' AND entry.aggregate_id = k.id
    AND entry.payload ->> 'action' = 'api_key.created'
  WHERE k.kind = 'operator'
), owned AS (
  SELECT made.id, person.id AS owner
  FROM made JOIN person ON made.actor = 'operator:' || person.id
  WHERE made.successor_of IS NULL
  UNION
  SELECT made.id, owned.owner
  FROM owned JOIN made ON made.successor_of = owned.id
    OR (made.successor_of IS NULL AND made.actor = 'key:' || owned.id)
)
UPDATE api_key SET owner = owned.owner FROM owned WHERE api_key.id = owned.id;
