DO $$
BEGIN
  ASSERT mall.spellings('Ash vase') = ARRAY['ase', 'vae', 'vas', 'vase', 'vse'],
    'whole, and without each letter';
  ASSERT mall.spellings('Vases') && mall.spellings('vase'), 'one letter too much';
  ASSERT mall.spellings('vsae') && mall.spellings('vase'), 'neighbours changed places';
  ASSERT NOT mall.spellings('lamp') && mall.spellings('vase'), 'another word';
  ASSERT mall.spellings('壶') = '{}', 'no word of letters';
END $$;
