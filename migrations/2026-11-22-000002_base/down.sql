-- The role stays: it belongs to the cluster and other databases may use it.
REVOKE ALL ON jobs FROM proseia_tenant;
DROP POLICY tenant ON jobs;
ALTER TABLE jobs DISABLE ROW LEVEL SECURITY;
DROP TABLE eventos, outbox, historico_mensagens, eventos_recebidos, conversas, contato_aliases, contatos,
  instancias_whatsapp, chunks, conhecimentos, configuracoes_bot, admin_sessoes, sessoes, admins, clientes;
DROP FUNCTION eventos_numerar();
DROP FUNCTION cliente_atual();
REVOKE USAGE ON ALL SEQUENCES IN SCHEMA public FROM proseia_tenant;
