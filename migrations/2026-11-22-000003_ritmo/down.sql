DROP TABLE sinais_whatsapp;
DROP TABLE uso_diario;
DROP TABLE numeros_whatsapp;
DROP INDEX outbox_rascunho_idx;
ALTER TABLE outbox DROP CONSTRAINT outbox_responde_check, DROP COLUMN automatica, DROP COLUMN responde_de, DROP COLUMN responde_ate;
ALTER TABLE configuracoes_bot DROP CONSTRAINT configuracoes_bot_janela_check, DROP COLUMN janela_min_ms, DROP COLUMN janela_max_ms;
