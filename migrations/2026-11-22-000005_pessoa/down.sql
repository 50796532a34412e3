DROP INDEX outbox_conversa_idx;
DROP INDEX eventos_tempo_idx;
DROP INDEX historico_mensagens_tempo_idx;
DROP INDEX conversas_retorno_idx;
ALTER TABLE clientes DROP COLUMN pendentes_avisados_em;
ALTER TABLE conversas DROP COLUMN humano_em, DROP COLUMN fora_horario_em, DROP COLUMN avisada_em;
ALTER TABLE configuracoes_bot DROP COLUMN ninguem_respondeu, DROP COLUMN fora_horario, DROP COLUMN horario,
  DROP COLUMN retorno_minutos, DROP COLUMN retencao_dias, DROP COLUMN versao;
