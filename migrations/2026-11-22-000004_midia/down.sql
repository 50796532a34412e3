DROP TABLE midias;
