ALTER TABLE conhecimentos DROP COLUMN ajuste_confianca;
