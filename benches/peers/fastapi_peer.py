"""The webhook as one would write it with FastAPI and asyncpg: benches/src/webhook.rs measures it beside the product.

The same durable work on the same schema: find the instance by the hash of the path's capability, compare the hash of the
secret, store the raw event on the same unique index and a job row in one transaction, answer 200.
"""

import hashlib
import json
import os
import uuid
from contextlib import asynccontextmanager
from datetime import datetime, timezone

import asyncpg
from fastapi import FastAPI, Request, Response

INSTANCE = """
SELECT id, cliente_id, instance_id, segredo_sha256 FROM instancias_whatsapp WHERE capability_sha256 = $1
"""
EVENT = """
INSERT INTO eventos_recebidos
    (id, cliente_id, instancia_id, evento, remote_jid, mensagem_externa_id, payload, request_id)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING RETURNING id
"""
JOB = """
INSERT INTO jobs (id, queue, kind, group_key, tenant_id, request_id, payload, max_attempts, run_at, created_at)
VALUES ($1, 'evento', 'evento', $2, $3, $4, $5, 10, $6, $6)
"""


@asynccontextmanager
async def lifespan(app):
    size = int(os.environ["PEER_POOL"])
    app.state.pool = await asyncpg.create_pool(
        host=os.environ["PEER_SOCKET"], user="proseia", database=os.environ["PEER_DATABASE"], min_size=size, max_size=size
    )
    yield
    await app.state.pool.close()


app = FastAPI(lifespan=lifespan)


def sha256(text):
    return hashlib.sha256(text.encode()).digest()


@app.get("/health")
async def health():
    return Response(status_code=200)


@app.post("/webhook/whatsapp/{capability}")
async def receive(capability: str, request: Request):
    async with app.state.pool.acquire() as connection:
        instance = await connection.fetchrow(INSTANCE, sha256(capability))
        if instance is None:
            return Response(status_code=404)
        if sha256(request.headers.get("x-proseia-segredo", "")) != instance["segredo_sha256"]:
            return Response(status_code=401)
        raw = await request.body()
        payload = json.loads(raw)
        if payload["instance"] != instance["instance_id"]:
            return Response(status_code=404)
        key = payload["data"]["key"]
        event, now, request_id = uuid.uuid4(), datetime.now(timezone.utc), str(uuid.uuid4())
        tenant, instance_id = instance["cliente_id"], instance["id"]
        async with connection.transaction():
            stored = await connection.fetchval(
                EVENT, event, tenant, instance_id, payload["event"], key["remoteJid"], key["id"], raw.decode(), request_id
            )
            if stored:
                group = f"entrada:{instance_id}:{key['remoteJid']}"
                await connection.execute(JOB, uuid.uuid4(), group, tenant, request_id, json.dumps(str(event)), now)
    return Response(status_code=200)
