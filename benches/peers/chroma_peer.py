"""Chroma's side of benches/src/retrieval.rs: the same files, the same rounds, the same figures."""

import json
import os
import resource
import sys
import time

import chromadb
import numpy as np
from chromadb.config import Settings

TOP = 5


def status(name):
    with open("/proc/self/status") as file:
        for line in file:
            if line.startswith(name):
                return int(line.split()[1]) / 1024
    return 0.0


def client(directory):
    return chromadb.PersistentClient(
        path=os.path.join(directory, "chroma"), settings=Settings(anonymized_telemetry=False)
    )


def name(tenant):
    return f"tenant-{tenant:05d}"


def load(directory, plan):
    shape = (plan["tenants"], plan["chunks"], plan["dimensions"])
    vectors = np.fromfile(os.path.join(directory, "vectors.f32"), dtype="<f4").reshape(shape)
    with open(os.path.join(directory, "texts.txt")) as file:
        texts = file.read().splitlines()
    ids = [str(i) for i in range(plan["chunks"])]
    chroma = client(directory)
    began = time.perf_counter()
    for tenant in range(plan["tenants"]):
        collection = chroma.create_collection(
            name(tenant), configuration={"hnsw": {"space": "cosine"}}, embedding_function=None
        )
        first = tenant * plan["chunks"]
        collection.add(ids=ids, embeddings=vectors[tenant], documents=texts[first : first + plan["chunks"]])
    return {"load s": time.perf_counter() - began}


def percentile(times, percent):
    times = sorted(times)
    rank = -(-percent * len(times) // 100)
    return times[max(1, int(rank)) - 1] * 1000


def serve(directory, plan):
    def read(file, kind):
        return np.fromfile(os.path.join(directory, file), dtype=kind)

    queries = read("queries.f32", "<f4").reshape(-1, plan["dimensions"])
    order = read("order.u32", "<u4")
    exact = read("exact.u32", "<u4").reshape(-1, TOP)
    before = status("RssAnon:")
    chroma = client(directory)
    opened = {}
    rounds = [[], [], []]
    found, memory, descriptors = 0, 0.0, 0
    for i, tenant in enumerate(order):
        which = 0 if i < plan["cold"] else 1 + (i - plan["cold"]) // plan["warm"]
        began = time.perf_counter()
        # A handle that is kept is the best a program can do.
        collection = opened.get(tenant)
        if collection is None:
            collection = opened[tenant] = chroma.get_collection(name(tenant), embedding_function=None)
        hits = collection.query(query_embeddings=[queries[i]], n_results=TOP, include=["documents", "distances"])
        rounds[which].append(time.perf_counter() - began)
        found += len(set(map(int, hits["ids"][0])) & set(map(int, exact[i])))
        if i + 1 == plan["cold"]:
            memory = status("RssAnon:") - before
            descriptors = len(os.listdir("/proc/self/fd"))
    cold, warm, mixed = rounds
    figures = {}
    for title, times, percents in (
        ("open+search", cold, (50, 95)),
        ("warm", warm, (50, 95, 99)),
        ("any opened", mixed, (50, 95, 99)),
    ):
        for percent in percents:
            figures[f"{title} p{percent} ms"] = percentile(times, percent)
    return figures | {
        "memory anon MB": memory,
        "descriptors": descriptors,
        "recall@5": found / (TOP * len(order)),
    }


def main():
    what, directory = sys.argv[1:]
    with open(os.path.join(directory, "plan.json")) as file:
        plan = json.load(file)
    # It keeps four descriptors for each collection it has touched.
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    done = {"retrieval-load": load, "retrieval-serve": serve}[what](directory, plan)
    print(json.dumps(done))


main()
