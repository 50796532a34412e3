DROP TABLE job_schedules;
DROP TABLE jobs;
DROP FUNCTION jobs_notify_group();
DROP FUNCTION jobs_notify();
