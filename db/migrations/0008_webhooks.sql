CREATE TABLE `deliveries` (
	`id` bigint unsigned AUTO_INCREMENT NOT NULL,
	`uid` varchar(36) NOT NULL,
	`kind` varchar(24) NOT NULL,
	`team_key` int NOT NULL,
	`event` varchar(16) NOT NULL,
	`policy_id` int unsigned,
	`host_ids` mediumtext,
	`activity_id` bigint unsigned,
	`status` varchar(8) NOT NULL DEFAULT 'waiting',
	`attempts` int unsigned NOT NULL DEFAULT 0,
	`next_attempt_at` datetime(3) NOT NULL,
	`attempted_at` datetime(3),
	`finished_at` datetime(3),
	`response_status` int unsigned,
	`error` varchar(500),
	`sent_hosts` int unsigned,
	`created_at` datetime(3) NOT NULL,
	CONSTRAINT `deliveries_id` PRIMARY KEY(`id`)
);
--> statement-breakpoint
CREATE TABLE `webhook_hosts` (
	`policy_id` int unsigned NOT NULL,
	`host_id` int unsigned NOT NULL,
	`revision` int unsigned NOT NULL,
	`armed_at` datetime(3) NOT NULL,
	`since` datetime(3) NOT NULL,
	`sent_at` datetime(3),
	CONSTRAINT `webhook_hosts_policy_id_host_id_pk` PRIMARY KEY(`policy_id`,`host_id`)
);
--> statement-breakpoint
CREATE TABLE `webhook_policies` (
	`policy_id` int unsigned NOT NULL,
	`team_key` int NOT NULL,
	`armed_at` datetime(3) NOT NULL,
	`is_armed` boolean NOT NULL DEFAULT false,
	`told_at` datetime(3),
	CONSTRAINT `webhook_policies_policy_id` PRIMARY KEY(`policy_id`)
);
--> statement-breakpoint
CREATE TABLE `webhooks` (
	`kind` varchar(24) NOT NULL,
	`team_key` int NOT NULL,
	`enabled` boolean NOT NULL DEFAULT false,
	`url_encrypted` text NOT NULL,
	`secret_encrypted` text NOT NULL,
	`host_batch_size` int unsigned NOT NULL DEFAULT 0,
	`tells_recovered` boolean NOT NULL DEFAULT false,
	`updated_at` datetime(3) NOT NULL,
	CONSTRAINT `webhooks_kind_team_key_pk` PRIMARY KEY(`kind`,`team_key`)
);
--> statement-breakpoint
CREATE INDEX `deliveries_due` ON `deliveries` (`status`,`kind`,`team_key`,`next_attempt_at`);--> statement-breakpoint
CREATE INDEX `deliveries_webhook` ON `deliveries` (`kind`,`team_key`);--> statement-breakpoint
CREATE INDEX `deliveries_finished` ON `deliveries` (`finished_at`);--> statement-breakpoint
CREATE INDEX `webhook_policies_team` ON `webhook_policies` (`team_key`);