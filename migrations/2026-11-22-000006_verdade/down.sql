ALTER TABLE configuracoes_bot DROP COLUMN orcamento_mensal_brl;
DROP TABLE uso_openai;
DROP TABLE sinais;
DROP TABLE avisos;
DROP INDEX eventos_recebidos_trafego_idx;
ALTER TABLE eventos_recebidos DROP COLUMN recuperado;
DROP INDEX instancias_whatsapp_vigia_idx;
ALTER TABLE instancias_whatsapp DROP COLUMN aberta_em, DROP COLUMN verificada_em, DROP COLUMN examinada_em;
