ALTER TABLE configuracoes_bot DROP COLUMN orcamento_mensal_brl;
DROP TABLE uso_openai;
DROP TABLE sinais;
DROP TABLE avisos;
DROP INDEX eventos_recebidos_trafego_idx;
ALTER TABLE eventos_recebidos DROP COLUMN recuperado;
DROP TABLE vigilancia;
ALTER TABLE instancias_whatsapp DROP COLUMN aberta_em;
