-- Letters with the link of an invitation were sealed under the key of the house and outlived the person they were
-- for. They belong to the person now; those from before are not kept.
DELETE FROM letters WHERE kind = 'invitation' AND person IS NULL;
