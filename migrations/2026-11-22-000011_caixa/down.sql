DROP TABLE respostas_prontas;
DROP INDEX conversas_ordem_idx;
ALTER TABLE conversas DROP CONSTRAINT conversas_resolvida_check, DROP COLUMN resolvida_em, DROP COLUMN resolvida_por;
ALTER TABLE contatos DROP COLUMN busca, DROP COLUMN anotacoes, DROP COLUMN anotacoes_versao;
DELETE FROM historico_mensagens WHERE tipo = 'NOTA';
ALTER TABLE historico_mensagens
  DROP COLUMN busca,
  DROP CONSTRAINT historico_mensagens_tipo_check,
  ADD CONSTRAINT historico_mensagens_tipo_check CHECK (tipo IN ('CONTATO', 'IA', 'HUMANO', 'SISTEMA'));
DROP FUNCTION dobrar(text);
