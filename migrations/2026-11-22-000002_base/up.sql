-- The tables of the plan (phases 2, 5, 7, 8, 10, 14, 16.1) and what the design needs beside them.
-- Every tenant table has cliente_id NOT NULL, a foreign key, an index that starts with it, and a policy:
-- crates/db/tests/catalogo.rs fails otherwise.

-- Tenant transactions do SET LOCAL ROLE to this role; the owner of the tables (our login) is not bound by the policies.
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'proseia_tenant') THEN
    CREATE ROLE proseia_tenant NOLOGIN NOSUPERUSER NOBYPASSRLS;
  END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; -- two databases of one cluster migrated at once
END $$;
DO $$ BEGIN EXECUTE format('GRANT proseia_tenant TO %I', current_user); END $$;

CREATE FUNCTION cliente_atual() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE AS
  $$ SELECT nullif(current_setting('proseia.cliente_id', true), '')::uuid $$;

CREATE TABLE clientes (
  id uuid PRIMARY KEY,
  nome text NOT NULL,
  email text NOT NULL,
  telefone text,
  senha_hash text NOT NULL,
  status text NOT NULL DEFAULT 'PENDENTE'
    CHECK (status IN ('ATIVO', 'PENDENTE', 'INADIMPLENTE', 'SUSPENSO', 'CANCELADO')),
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX clientes_email_key ON clientes (lower(email));

CREATE TABLE admins (
  id uuid PRIMARY KEY,
  nome text NOT NULL,
  email text NOT NULL,
  senha_hash text NOT NULL,
  role text NOT NULL DEFAULT 'admin' CHECK (role IN ('super_admin', 'admin')),
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX admins_email_key ON admins (lower(email));

CREATE TABLE sessoes (
  id uuid PRIMARY KEY,
  cliente_id uuid NOT NULL REFERENCES clientes ON DELETE CASCADE,
  expira_em timestamptz NOT NULL,
  revogada_em timestamptz,
  ip text,
  user_agent text,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX sessoes_cliente_idx ON sessoes (cliente_id);

CREATE TABLE admin_sessoes (
  id uuid PRIMARY KEY,
  admin_id uuid NOT NULL REFERENCES admins ON DELETE CASCADE,
  expira_em timestamptz NOT NULL,
  revogada_em timestamptz,
  ip text,
  user_agent text,
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE configuracoes_bot (
  cliente_id uuid PRIMARY KEY REFERENCES clientes ON DELETE CASCADE,
  tom text NOT NULL DEFAULT 'CASUAL' CHECK (tom IN ('FORMAL', 'CASUAL', 'TECNICO')),
  saudacao text NOT NULL DEFAULT 'Olá! Como posso ajudar?',
  fallback text NOT NULL DEFAULT 'Vou chamar uma pessoa da equipe para te responder. Só um momento, por favor.',
  espera text NOT NULL DEFAULT 'Recebemos sua mensagem e já vamos responder.',
  retorno_24h text NOT NULL DEFAULT 'Voltei para continuar o atendimento. Em que posso ajudar?',
  limiar_confianca real NOT NULL DEFAULT 0.5 CHECK (limiar_confianca BETWEEN 0 AND 1),
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE conhecimentos (
  cliente_id uuid PRIMARY KEY REFERENCES clientes ON DELETE CASCADE,
  conteudo_texto text NOT NULL CHECK (char_length(conteudo_texto) <= 50000),
  versao integer NOT NULL DEFAULT 1,
  indexacao text NOT NULL DEFAULT 'PENDENTE'
    CHECK (indexacao IN ('VAZIO', 'PENDENTE', 'INDEXANDO', 'PRONTO', 'ERRO')),
  versao_indexada integer,
  erro text,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);

-- What LanceDB holds, so that it can be rebuilt without asking the embeddings server again.
CREATE TABLE chunks (
  cliente_id uuid NOT NULL REFERENCES clientes ON DELETE CASCADE,
  ordem integer NOT NULL,
  titulo text,
  texto text NOT NULL,
  texto_sha256 bytea NOT NULL,
  modelo text,
  vetor real[],
  PRIMARY KEY (cliente_id, ordem)
);

CREATE TABLE instancias_whatsapp (
  id uuid PRIMARY KEY,
  cliente_id uuid NOT NULL REFERENCES clientes ON DELETE CASCADE,
  instance_id text NOT NULL UNIQUE,
  capability_sha256 bytea NOT NULL UNIQUE,
  segredo_sha256 bytea NOT NULL,
  status text NOT NULL DEFAULT 'CONECTANDO'
    CHECK (status IN ('DESCONECTADO', 'CONECTANDO', 'AGUARDANDO_QR', 'CONECTADO')),
  qr_code_data text,
  qr_code_em timestamptz,
  numero text,
  nome_perfil text,
  motivo text,
  desde timestamptz NOT NULL DEFAULT now(),
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX instancias_whatsapp_cliente_key ON instancias_whatsapp (cliente_id);

CREATE TABLE contatos (
  id uuid PRIMARY KEY,
  cliente_id uuid NOT NULL REFERENCES clientes ON DELETE CASCADE,
  nome text,
  numero text,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (cliente_id, id)
);

-- One person has several addresses: phone jid with and without the ninth digit, and a privacy id (@lid).
CREATE TABLE contato_aliases (
  cliente_id uuid NOT NULL REFERENCES clientes ON DELETE CASCADE,
  jid text NOT NULL,
  contato_id uuid NOT NULL,
  PRIMARY KEY (cliente_id, jid),
  FOREIGN KEY (cliente_id, contato_id) REFERENCES contatos (cliente_id, id) ON DELETE CASCADE
);
CREATE INDEX contato_aliases_contato_idx ON contato_aliases (cliente_id, contato_id);

CREATE TABLE conversas (
  id uuid PRIMARY KEY,
  cliente_id uuid NOT NULL REFERENCES clientes ON DELETE CASCADE,
  contato_id uuid NOT NULL,
  numero_usuario text NOT NULL DEFAULT '',
  jid text NOT NULL,
  estado text NOT NULL DEFAULT 'IA_ATIVA' CHECK (estado IN ('IA_ATIVA', 'AGUARDANDO_HUMANO', 'HUMANO_RESPONDEU')),
  aguardando_desde timestamptz,
  respondida_ate bigint NOT NULL DEFAULT 0,
  ultima_mensagem_em timestamptz NOT NULL DEFAULT now(),
  previa text NOT NULL DEFAULT '',
  previa_tipo text CHECK (previa_tipo IN ('CONTATO', 'IA', 'HUMANO', 'SISTEMA')),
  nao_lidas integer NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (cliente_id, contato_id),
  UNIQUE (cliente_id, id),
  FOREIGN KEY (cliente_id, contato_id) REFERENCES contatos (cliente_id, id) ON DELETE CASCADE,
  CHECK ((estado = 'AGUARDANDO_HUMANO') = (aguardando_desde IS NOT NULL))
);
CREATE INDEX conversas_lista_idx ON conversas (cliente_id, ultima_mensagem_em DESC, id DESC);
CREATE INDEX conversas_pendentes_idx ON conversas (cliente_id, aguardando_desde) WHERE aguardando_desde IS NOT NULL;

-- Every webhook call that was accepted, as it came. Unique so that a repeated delivery is one message.
CREATE TABLE eventos_recebidos (
  id uuid PRIMARY KEY,
  cliente_id uuid NOT NULL REFERENCES clientes ON DELETE CASCADE,
  instancia_id uuid NOT NULL REFERENCES instancias_whatsapp ON DELETE CASCADE,
  evento text NOT NULL,
  remote_jid text,
  mensagem_externa_id text,
  payload jsonb NOT NULL,
  request_id text,
  resultado text,
  recebido_em timestamptz NOT NULL DEFAULT now(),
  processado_em timestamptz
);
CREATE UNIQUE INDEX eventos_recebidos_mensagem_key
  ON eventos_recebidos (instancia_id, remote_jid, mensagem_externa_id) WHERE evento = 'messages.upsert';
CREATE INDEX eventos_recebidos_cliente_idx ON eventos_recebidos (cliente_id, recebido_em);

CREATE TABLE historico_mensagens (
  id uuid PRIMARY KEY,
  cliente_id uuid NOT NULL REFERENCES clientes ON DELETE CASCADE,
  conversa_id uuid NOT NULL,
  ordem bigint GENERATED ALWAYS AS IDENTITY,
  tipo text NOT NULL CHECK (tipo IN ('CONTATO', 'IA', 'HUMANO', 'SISTEMA')),
  conteudo text NOT NULL,
  "timestamp" timestamptz NOT NULL,
  evento_id uuid UNIQUE,
  externa_id text,
  status_envio text CHECK (status_envio IN ('PENDENTE', 'ENVIANDO', 'ENVIADA', 'ENTREGUE', 'LIDA', 'FALHOU')),
  confianca real CHECK (confianca BETWEEN 0 AND 1),
  fontes jsonb,
  detalhes jsonb,
  motivo text,
  FOREIGN KEY (cliente_id, conversa_id) REFERENCES conversas (cliente_id, id) ON DELETE CASCADE
);
CREATE INDEX historico_mensagens_thread_idx ON historico_mensagens (cliente_id, conversa_id, ordem DESC);
CREATE INDEX historico_mensagens_externa_idx ON historico_mensagens (cliente_id, externa_id) WHERE externa_id IS NOT NULL;

-- Replies on their way out; id is the id of the historico_mensagens row.
CREATE TABLE outbox (
  id uuid PRIMARY KEY REFERENCES historico_mensagens ON DELETE CASCADE,
  cliente_id uuid NOT NULL REFERENCES clientes ON DELETE CASCADE,
  conversa_id uuid NOT NULL,
  destino text NOT NULL,
  conteudo text NOT NULL,
  status text NOT NULL DEFAULT 'PENDENTE' CHECK (status IN ('PENDENTE', 'ENVIANDO', 'ENVIADA', 'FALHOU')),
  externa_id text,
  tentada_em timestamptz,
  erro text,
  created_at timestamptz NOT NULL DEFAULT now(),
  FOREIGN KEY (cliente_id, conversa_id) REFERENCES conversas (cliente_id, id) ON DELETE CASCADE
);
CREATE INDEX outbox_cliente_idx ON outbox (cliente_id, created_at);
CREATE UNIQUE INDEX outbox_externa_key ON outbox (cliente_id, externa_id) WHERE externa_id IS NOT NULL;

-- What the browser follows by SSE.
CREATE TABLE eventos (
  id bigint PRIMARY KEY,
  cliente_id uuid NOT NULL REFERENCES clientes ON DELETE CASCADE,
  dados jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE SEQUENCE eventos_id_seq OWNED BY eventos.id;
CREATE INDEX eventos_cliente_idx ON eventos (cliente_id, id);

-- Ids of one cliente become visible in their order: a reader that has seen 7 has seen all below 7. That holds only
-- if the id is taken under a lock that lasts until the commit.
CREATE FUNCTION eventos_numerar() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('eventos:' || NEW.cliente_id, 0));
  NEW.id := nextval('eventos_id_seq');
  PERFORM pg_notify('eventos', NEW.cliente_id::text);
  RETURN NEW;
END $$;
CREATE TRIGGER eventos_numerar BEFORE INSERT ON eventos FOR EACH ROW EXECUTE FUNCTION eventos_numerar();

-- Policies.
DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['sessoes', 'configuracoes_bot', 'conhecimentos', 'chunks', 'instancias_whatsapp', 'contatos',
    'contato_aliases', 'conversas', 'eventos_recebidos', 'historico_mensagens', 'outbox', 'eventos'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY tenant ON %I TO proseia_tenant USING (cliente_id = cliente_atual()) WITH CHECK (cliente_id = cliente_atual())', t);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO proseia_tenant', t);
  END LOOP;
END $$;
ALTER TABLE clientes ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON clientes TO proseia_tenant USING (id = cliente_atual()) WITH CHECK (id = cliente_atual());
GRANT SELECT, UPDATE ON clientes TO proseia_tenant;
ALTER TABLE jobs ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON jobs TO proseia_tenant USING (tenant_id = cliente_atual()) WITH CHECK (tenant_id = cliente_atual());
GRANT SELECT, INSERT, UPDATE, DELETE ON jobs TO proseia_tenant;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO proseia_tenant;
