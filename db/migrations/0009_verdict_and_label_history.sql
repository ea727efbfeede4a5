CREATE TABLE `host_verdicts` (
	`host_id` int unsigned NOT NULL,
	`ended_at` datetime(3) NOT NULL,
	`at` datetime(3) NOT NULL,
	`verdict` varchar(16) NOT NULL,
	CONSTRAINT `host_verdicts_host_id_ended_at_pk` PRIMARY KEY(`host_id`,`ended_at`)
);
--> statement-breakpoint
CREATE TABLE `label_spans` (
	`label_id` int unsigned NOT NULL,
	`host_id` int unsigned NOT NULL,
	`ended_at` datetime(3) NOT NULL,
	`at` datetime(3) NOT NULL,
	`is_member` boolean NOT NULL,
	CONSTRAINT `label_spans_label_id_host_id_ended_at_pk` PRIMARY KEY(`label_id`,`host_id`,`ended_at`)
);
--> statement-breakpoint
CREATE TABLE `label_versions` (
	`label_id` int unsigned NOT NULL,
	`at` datetime(3) NOT NULL,
	`ended_at` datetime(3),
	`name` varchar(255) character set utf8mb4 collate utf8mb4_bin NOT NULL,
	`query` mediumtext NOT NULL,
	`platform` varchar(64) NOT NULL DEFAULT '',
	`membership_type` varchar(16) NOT NULL,
	`criteria` mediumtext,
	CONSTRAINT `label_versions_label_id_at_pk` PRIMARY KEY(`label_id`,`at`)
);
--> statement-breakpoint
ALTER TABLE `host_versions` ADD `os_name` varchar(255);--> statement-breakpoint
ALTER TABLE `host_versions` ADD `hardware_vendor` varchar(255);--> statement-breakpoint
ALTER TABLE `host_versions` ADD `hardware_model` varchar(255);--> statement-breakpoint
ALTER TABLE `host_versions` ADD `cpu_type` varchar(255);--> statement-breakpoint
ALTER TABLE `host_versions` ADD `osquery_version` varchar(32);--> statement-breakpoint
CREATE INDEX `host_verdicts_ended` ON `host_verdicts` (`ended_at`,`at`,`verdict`,`host_id`);--> statement-breakpoint
CREATE INDEX `label_spans_label` ON `label_spans` (`label_id`,`ended_at`,`at`,`is_member`);--> statement-breakpoint
CREATE INDEX `label_spans_ended` ON `label_spans` (`ended_at`);--> statement-breakpoint
CREATE INDEX `label_versions_ended` ON `label_versions` (`ended_at`);--> statement-breakpoint
CREATE INDEX `label_membership_then` ON `label_membership` (`label_id`,`is_member`,`host_id`,`since`);--> statement-breakpoint
DROP INDEX `label_membership_label` ON `label_membership`;