-- Durable queue and schedule (crate `jobs`). Mechanics, hence English names. The policy that keeps a tenant's transaction
-- to its own jobs comes with the tenants, in the next migration.

CREATE TABLE jobs (
    id uuid PRIMARY KEY,
    seq bigserial NOT NULL,
    queue text NOT NULL,
    kind text NOT NULL,
    unique_key text,
    group_key text,
    tenant_id uuid,
    -- Jobs without a tenant share one slot of the fairness rule; NULL would not work in the index below.
    fair_key uuid NOT NULL GENERATED ALWAYS AS (coalesce(tenant_id, '00000000-0000-0000-0000-000000000000'::uuid)) STORED,
    payload jsonb NOT NULL DEFAULT 'null',
    request_id text,
    state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'running', 'done', 'dead')),
    attempts integer NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    max_attempts integer NOT NULL CHECK (max_attempts >= 1),
    run_at timestamptz NOT NULL,
    -- Order within a group: what was already tried keeps its place before everything that was not.
    place timestamptz NOT NULL GENERATED ALWAYS AS (CASE WHEN attempts > 0 THEN '-infinity' ELSE run_at END) STORED,
    lease_until timestamptz,
    lease_owner uuid,
    last_error text,
    created_at timestamptz NOT NULL,
    finished_at timestamptz,
    CHECK ((state = 'running') = (lease_until IS NOT NULL AND lease_owner IS NOT NULL))
);

-- A second job of the same work is not needed while the first has not started; once it runs, a new one may be.
CREATE UNIQUE INDEX jobs_unique_pending ON jobs (kind, unique_key) WHERE state = 'pending';
-- The last line of defence of "one running at a time": the claim query already avoids it.
CREATE UNIQUE INDEX jobs_one_running_per_group ON jobs (group_key) WHERE state = 'running';
-- Walked tenant by tenant by the claim query.
CREATE INDEX jobs_pending ON jobs (queue, fair_key, run_at, seq) WHERE state = 'pending';
CREATE INDEX jobs_pending_next ON jobs (queue, run_at) WHERE state = 'pending';
CREATE INDEX jobs_pending_group ON jobs (group_key, place, seq) WHERE state = 'pending' AND group_key IS NOT NULL;
CREATE INDEX jobs_running ON jobs (queue, fair_key) WHERE state = 'running';
CREATE INDEX jobs_lease ON jobs (lease_until) WHERE state = 'running';
CREATE INDEX jobs_dead ON jobs (finished_at) WHERE state = 'dead';

CREATE FUNCTION jobs_notify() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Postgres folds equal notifications of one transaction into one and sends them at commit.
    PERFORM pg_notify('jobs', NEW.queue);
    RETURN NULL;
END
$$;

-- The next of a group may be waiting in another process, or in another queue.
CREATE FUNCTION jobs_notify_group() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('jobs', head.queue) FROM (
        SELECT queue FROM jobs WHERE state = 'pending' AND group_key = OLD.group_key
        ORDER BY place, seq LIMIT 1) head;
    RETURN NULL;
END
$$;

CREATE TRIGGER jobs_notify_insert AFTER INSERT ON jobs
    FOR EACH ROW WHEN (NEW.state = 'pending') EXECUTE FUNCTION jobs_notify();
-- `<=`: an enqueue that found its key pending rewrites the row unchanged, and the worker that skipped the locked row must look again.
CREATE TRIGGER jobs_notify_pending AFTER UPDATE ON jobs
    FOR EACH ROW WHEN (NEW.state = 'pending' AND (OLD.state <> 'pending' OR NEW.run_at <= OLD.run_at))
    EXECUTE FUNCTION jobs_notify();
CREATE TRIGGER jobs_notify_group_update AFTER UPDATE ON jobs
    FOR EACH ROW WHEN (OLD.state = 'running' AND NEW.state = 'dead' AND OLD.group_key IS NOT NULL)
    EXECUTE FUNCTION jobs_notify_group();
CREATE TRIGGER jobs_notify_group_delete AFTER DELETE ON jobs
    FOR EACH ROW WHEN (OLD.state = 'running' AND OLD.group_key IS NOT NULL)
    EXECUTE FUNCTION jobs_notify_group();

CREATE TABLE job_schedules (
    name text NOT NULL,
    scheduled_at timestamptz NOT NULL,
    PRIMARY KEY (name, scheduled_at)
);
