ALTER TABLE clientes
  DROP COLUMN status_antes, DROP COLUMN encerra_em, DROP COLUMN avisar_conexao, DROP COLUMN avisar_pendentes, DROP COLUMN idioma;
ALTER TABLE sessoes DROP COLUMN visto_em;
ALTER TABLE conversas DROP COLUMN espera_em;
ALTER TABLE configuracoes_bot DROP COLUMN espera_minutos, DROP COLUMN ia_ligada;
