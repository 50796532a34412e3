DROP TABLE planos;
