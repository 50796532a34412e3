ALTER TABLE contatos DROP COLUMN parou_em;
