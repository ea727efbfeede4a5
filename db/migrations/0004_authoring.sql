CREATE TABLE `host_versions` (
	`host_id` int unsigned NOT NULL,
	`at` datetime(3) NOT NULL,
	`ended_at` datetime(3),
	`team_id` int unsigned,
	`platform_family` varchar(16) NOT NULL DEFAULT '',
	`platform` varchar(64) NOT NULL DEFAULT '',
	`display_name` varchar(515) NOT NULL DEFAULT '',
	`hostname` varchar(255) NOT NULL DEFAULT '',
	`hardware_serial` varchar(255) NOT NULL DEFAULT '',
	`os_version` varchar(255) NOT NULL DEFAULT '',
	CONSTRAINT `host_versions_host_id_at_pk` PRIMARY KEY(`host_id`,`at`)
);
--> statement-breakpoint
CREATE TABLE `label_membership` (
	`host_id` int unsigned NOT NULL,
	`label_id` int unsigned NOT NULL,
	`is_member` boolean NOT NULL,
	`since` datetime(3) NOT NULL,
	CONSTRAINT `label_membership_host_id_label_id_pk` PRIMARY KEY(`host_id`,`label_id`)
);
--> statement-breakpoint
CREATE TABLE `labels` (
	`id` int unsigned AUTO_INCREMENT NOT NULL,
	`name` varchar(255) character set utf8mb4 collate utf8mb4_bin NOT NULL,
	`description` text NOT NULL,
	`query` mediumtext NOT NULL,
	`platform` varchar(64) NOT NULL DEFAULT '',
	`membership_type` varchar(16) NOT NULL,
	`criteria` mediumtext,
	`is_builtin` boolean NOT NULL DEFAULT false,
	`author_id` int unsigned,
	`revision` int unsigned NOT NULL DEFAULT 1,
	`created_at` datetime(3) NOT NULL,
	`updated_at` datetime(3) NOT NULL,
	CONSTRAINT `labels_id` PRIMARY KEY(`id`),
	CONSTRAINT `labels_name` UNIQUE(`name`)
);
--> statement-breakpoint
CREATE TABLE `exemptions` (
	`id` int unsigned AUTO_INCREMENT NOT NULL,
	`policy_id` int unsigned NOT NULL,
	`host_id` int unsigned,
	`label_id` int unsigned,
	`team_id` int unsigned,
	`reason` varchar(1000) NOT NULL,
	`author_id` int unsigned,
	`author_name` varchar(255) NOT NULL DEFAULT '',
	`created_at` datetime(3) NOT NULL,
	`expires_at` datetime(3) NOT NULL,
	`remind_at` datetime(3),
	`reminded_at` datetime(3),
	`revoked_at` datetime(3),
	`revoked_by_name` varchar(255),
	`settled` varchar(8) NOT NULL DEFAULT 'begun',
	CONSTRAINT `exemptions_id` PRIMARY KEY(`id`)
);
--> statement-breakpoint
CREATE TABLE `policy_costs` (
	`policy_id` int unsigned NOT NULL,
	`revision` int unsigned NOT NULL,
	`metric` varchar(8) NOT NULL,
	`bucket` int unsigned NOT NULL,
	`runs` bigint unsigned NOT NULL DEFAULT 0,
	CONSTRAINT `policy_costs_policy_id_revision_metric_bucket_pk` PRIMARY KEY(`policy_id`,`revision`,`metric`,`bucket`)
);
--> statement-breakpoint
CREATE TABLE `policy_counts` (
	`policy_id` int unsigned NOT NULL,
	`at` datetime(3) NOT NULL,
	`team_id` int unsigned NOT NULL,
	`passing` int NOT NULL DEFAULT 0,
	`failing` int NOT NULL DEFAULT 0,
	`erroring` int NOT NULL DEFAULT 0,
	`stale` int NOT NULL DEFAULT 0,
	`exempt` int NOT NULL DEFAULT 0,
	`pending` int NOT NULL DEFAULT 0,
	CONSTRAINT `policy_counts_policy_id_at_team_id_pk` PRIMARY KEY(`policy_id`,`at`,`team_id`)
);
--> statement-breakpoint
CREATE TABLE `policy_versions` (
	`policy_id` int unsigned NOT NULL,
	`version` int unsigned NOT NULL,
	`revision` int unsigned NOT NULL,
	`team_id` int unsigned,
	`name` varchar(255) character set utf8mb4 collate utf8mb4_bin NOT NULL,
	`fields` mediumtext NOT NULL,
	`author_id` int unsigned,
	`author_name` varchar(255) NOT NULL DEFAULT '',
	`reason` varchar(1000) NOT NULL DEFAULT '',
	`created_at` datetime(3) NOT NULL,
	`ended_at` datetime(3),
	`passing_host_count` int NOT NULL DEFAULT 0,
	`failing_host_count` int NOT NULL DEFAULT 0,
	`error_host_count` int NOT NULL DEFAULT 0,
	`stale_host_count` int NOT NULL DEFAULT 0,
	`exempt_host_count` int NOT NULL DEFAULT 0,
	CONSTRAINT `policy_versions_policy_id_version_pk` PRIMARY KEY(`policy_id`,`version`)
);
--> statement-breakpoint
CREATE TABLE `run_hosts` (
	`run_id` int unsigned NOT NULL,
	`host_id` int unsigned NOT NULL,
	`state` varchar(8) NOT NULL DEFAULT 'waiting',
	`row_count` int unsigned NOT NULL DEFAULT 0,
	`answer_rows` mediumtext,
	`error` varchar(1000),
	`wall_ms` int unsigned,
	`memory_bytes` bigint unsigned,
	`asked_at` datetime(3),
	`answered_at` datetime(3),
	CONSTRAINT `run_hosts_run_id_host_id_pk` PRIMARY KEY(`run_id`,`host_id`)
);
--> statement-breakpoint
CREATE TABLE `runs` (
	`id` int unsigned AUTO_INCREMENT NOT NULL,
	`kind` varchar(8) NOT NULL,
	`query` mediumtext NOT NULL,
	`policy_id` int unsigned,
	`author_id` int unsigned,
	`author_name` varchar(255) NOT NULL DEFAULT '',
	`targets` mediumtext NOT NULL,
	`hosts` int unsigned NOT NULL DEFAULT 0,
	`online_hosts` int unsigned NOT NULL DEFAULT 0,
	`created_at` datetime(3) NOT NULL,
	`expires_at` datetime(3) NOT NULL,
	`stopped_at` datetime(3),
	CONSTRAINT `runs_id` PRIMARY KEY(`id`)
);
--> statement-breakpoint
CREATE TABLE `osquery_tables` (
	`name` varchar(128) NOT NULL,
	`platform` varchar(16) NOT NULL,
	`columns` mediumtext NOT NULL,
	`first_seen_at` datetime(3) NOT NULL,
	CONSTRAINT `osquery_tables_name_platform_pk` PRIMARY KEY(`name`,`platform`)
);
--> statement-breakpoint
ALTER TABLE `host_agents` ADD `label_card` mediumblob;--> statement-breakpoint
ALTER TABLE `host_agents` ADD `label_updated_at` datetime(3);--> statement-breakpoint
ALTER TABLE `policies` ADD `tags` mediumtext;--> statement-breakpoint
ALTER TABLE `policies` ADD `label_scope` mediumtext;--> statement-breakpoint
ALTER TABLE `policies` ADD `scope_eras` mediumtext;--> statement-breakpoint
ALTER TABLE `policies` ADD `paused_at` datetime(3);--> statement-breakpoint
ALTER TABLE `policies` ADD `run_requested_at` datetime(3);--> statement-breakpoint
ALTER TABLE `policies` ADD `version` int unsigned DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE `policy_stats` ADD `exempt_host_count` int DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX `host_versions_ended` ON `host_versions` (`ended_at`);--> statement-breakpoint
CREATE INDEX `label_membership_label` ON `label_membership` (`label_id`,`is_member`,`host_id`);--> statement-breakpoint
CREATE INDEX `exemptions_policy` ON `exemptions` (`policy_id`,`expires_at`);--> statement-breakpoint
CREATE INDEX `exemptions_host` ON `exemptions` (`host_id`);--> statement-breakpoint
CREATE INDEX `exemptions_settled` ON `exemptions` (`settled`,`expires_at`);--> statement-breakpoint
CREATE INDEX `policy_counts_at` ON `policy_counts` (`at`);--> statement-breakpoint
CREATE INDEX `policy_versions_ended` ON `policy_versions` (`ended_at`);--> statement-breakpoint
CREATE INDEX `run_hosts_answered` ON `run_hosts` (`run_id`,`answered_at`);--> statement-breakpoint
CREATE INDEX `runs_expires` ON `runs` (`expires_at`);--> statement-breakpoint
CREATE INDEX `runs_author` ON `runs` (`author_id`,`created_at`);--> statement-breakpoint
UPDATE `policies` SET `version` = `revision`;--> statement-breakpoint
INSERT IGNORE INTO `policy_versions`
(`policy_id`, `version`, `revision`, `team_id`, `name`, `fields`, `author_id`, `author_name`, `created_at`, `ended_at`)
SELECT `r`.`policy_id`, `r`.`revision`, `r`.`revision`, `p`.`team_id`, `p`.`name`,
  JSON_OBJECT('query', `r`.`query`, 'description', `p`.`description`, 'resolution', `p`.`resolution`,
    'platform', `p`.`platform`, 'critical', JSON_EXTRACT(IF(`p`.`critical`, 'true', 'false'), '$'),
    'intervalSeconds', `p`.`interval_seconds`),
  `r`.`author_id`, IFNULL(`u`.`name`, ''), `r`.`created_at`,
  (SELECT MIN(`n`.`created_at`) FROM `policy_revisions` `n`
   WHERE `n`.`policy_id` = `r`.`policy_id` AND `n`.`revision` > `r`.`revision`)
FROM `policy_revisions` `r` JOIN `policies` `p` ON `p`.`id` = `r`.`policy_id`
LEFT JOIN `users` `u` ON `u`.`id` = `r`.`author_id`;--> statement-breakpoint
INSERT IGNORE INTO `host_versions`
(`host_id`, `at`, `team_id`, `platform_family`, `platform`, `display_name`, `hostname`, `hardware_serial`, `os_version`)
SELECT `id`, `created_at`, `team_id`, `platform_family`, `platform`, `display_name`, `hostname`, `hardware_serial`, `os_version`
FROM `hosts`;
