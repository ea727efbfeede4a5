CREATE TABLE `host_agents` (
	`host_id` int unsigned NOT NULL,
	`identifier` varchar(255) character set utf8mb4 collate utf8mb4_bin NOT NULL,
	`node_key_hash` binary(32),
	`previous_node_key_hash` binary(32),
	`previous_node_key_expires_at` datetime(3),
	`detail_updated_at` datetime(3),
	`policy_updated_at` datetime(3),
	`refetch_requested_at` datetime(3),
	`card` mediumblob,
	`deadline_at` datetime(3),
	`revision` int unsigned NOT NULL DEFAULT 1,
	`changed_at` datetime(3) NOT NULL,
	`deleted_at` datetime(3),
	CONSTRAINT `host_agents_host_id` PRIMARY KEY(`host_id`),
	CONSTRAINT `host_agents_identifier` UNIQUE(`identifier`),
	CONSTRAINT `host_agents_node_key` UNIQUE(`node_key_hash`)
);
--> statement-breakpoint
CREATE TABLE `host_inventory` (
	`host_id` int unsigned NOT NULL,
	`users` mediumtext NOT NULL,
	`batteries` mediumtext NOT NULL,
	CONSTRAINT `host_inventory_host_id` PRIMARY KEY(`host_id`)
);
--> statement-breakpoint
CREATE TABLE `host_seen` (
	`host_id` int unsigned NOT NULL,
	`seen_at` datetime(3) NOT NULL,
	`asked_at` datetime(3),
	`asked_revision` bigint unsigned,
	CONSTRAINT `host_seen_host_id` PRIMARY KEY(`host_id`)
);
--> statement-breakpoint
CREATE TABLE `hosts` (
	`id` int unsigned AUTO_INCREMENT NOT NULL,
	`team_id` int unsigned,
	`hostname` varchar(255) NOT NULL DEFAULT '',
	`computer_name` varchar(255) NOT NULL DEFAULT '',
	`uuid` varchar(64) NOT NULL DEFAULT '',
	`platform` varchar(64) NOT NULL DEFAULT '',
	`platform_family` varchar(16) NOT NULL DEFAULT '',
	`platform_like` varchar(64) NOT NULL DEFAULT '',
	`os_name` varchar(255) NOT NULL DEFAULT '',
	`os_version` varchar(255) NOT NULL DEFAULT '',
	`os_build` varchar(64) NOT NULL DEFAULT '',
	`code_name` varchar(64) NOT NULL DEFAULT '',
	`osquery_version` varchar(32) NOT NULL DEFAULT '',
	`hardware_vendor` varchar(255) NOT NULL DEFAULT '',
	`hardware_model` varchar(255) NOT NULL DEFAULT '',
	`hardware_version` varchar(255) NOT NULL DEFAULT '',
	`hardware_serial` varchar(255) NOT NULL DEFAULT '',
	`cpu_type` varchar(255) NOT NULL DEFAULT '',
	`cpu_subtype` varchar(255) NOT NULL DEFAULT '',
	`cpu_brand` varchar(255) NOT NULL DEFAULT '',
	`cpu_physical_cores` int unsigned NOT NULL DEFAULT 0,
	`cpu_logical_cores` int unsigned NOT NULL DEFAULT 0,
	`memory_bytes` bigint unsigned NOT NULL DEFAULT 0,
	`primary_ip` varchar(64) NOT NULL DEFAULT '',
	`primary_mac` varchar(32) NOT NULL DEFAULT '',
	`public_ip` varchar(64) NOT NULL DEFAULT '',
	`last_restarted_at` datetime(3),
	`disk_total_gigabytes` double,
	`disk_available_gigabytes` double,
	`disk_encryption_enabled` boolean,
	`distributed_interval_seconds` int unsigned NOT NULL DEFAULT 0,
	`config_refresh_seconds` int unsigned NOT NULL DEFAULT 0,
	`logger_period_seconds` int unsigned NOT NULL DEFAULT 0,
	`verdict` varchar(16) NOT NULL DEFAULT 'unknown',
	`failing_policies_count` int unsigned NOT NULL DEFAULT 0,
	`failing_critical_policies_count` int unsigned NOT NULL DEFAULT 0,
	`device_token_version` int unsigned NOT NULL DEFAULT 0,
	`created_at` datetime(3) NOT NULL,
	`updated_at` datetime(3) NOT NULL,
	`last_enrolled_at` datetime(3) NOT NULL,
	CONSTRAINT `hosts_id` PRIMARY KEY(`id`)
);
--> statement-breakpoint
CREATE TABLE `policies` (
	`id` int unsigned AUTO_INCREMENT NOT NULL,
	`team_id` int unsigned,
	`team_key` int GENERATED ALWAYS AS ((ifnull(`team_id`, -1))) STORED,
	`name` varchar(255) character set utf8mb4 collate utf8mb4_bin NOT NULL,
	`query` mediumtext NOT NULL,
	`description` text NOT NULL,
	`resolution` text NOT NULL,
	`platform` varchar(64) NOT NULL DEFAULT '',
	`critical` boolean NOT NULL DEFAULT false,
	`interval_seconds` int unsigned,
	`author_id` int unsigned,
	`revision` int unsigned NOT NULL DEFAULT 1,
	`platform_since` mediumtext NOT NULL,
	`query_revision` bigint unsigned NOT NULL,
	`query_changed_at` datetime(3) NOT NULL,
	`created_at` datetime(3) NOT NULL,
	`updated_at` datetime(3) NOT NULL,
	CONSTRAINT `policies_id` PRIMARY KEY(`id`),
	CONSTRAINT `policies_name` UNIQUE(`team_key`,`name`)
);
--> statement-breakpoint
CREATE TABLE `policy_membership` (
	`host_id` int unsigned NOT NULL,
	`policy_id` int unsigned NOT NULL,
	`revision` int unsigned NOT NULL,
	`state` varchar(8) NOT NULL,
	`passes` boolean,
	`since` datetime(3) NOT NULL,
	`error` varchar(1000),
	CONSTRAINT `policy_membership_host_id_policy_id_pk` PRIMARY KEY(`host_id`,`policy_id`)
);
--> statement-breakpoint
CREATE TABLE `policy_revisions` (
	`policy_id` int unsigned NOT NULL,
	`revision` int unsigned NOT NULL,
	`query` mediumtext NOT NULL,
	`author_id` int unsigned,
	`created_at` datetime(3) NOT NULL,
	CONSTRAINT `policy_revisions_policy_id_revision_pk` PRIMARY KEY(`policy_id`,`revision`)
);
--> statement-breakpoint
CREATE TABLE `policy_stats` (
	`policy_id` int unsigned NOT NULL,
	`team_id` int unsigned NOT NULL,
	`revision` int unsigned NOT NULL,
	`passing_host_count` int NOT NULL DEFAULT 0,
	`failing_host_count` int NOT NULL DEFAULT 0,
	`error_host_count` int NOT NULL DEFAULT 0,
	`stale_host_count` int NOT NULL DEFAULT 0,
	`counted_at` datetime(3),
	`updated_at` datetime(3) NOT NULL,
	CONSTRAINT `policy_stats_policy_id_team_id_pk` PRIMARY KEY(`policy_id`,`team_id`)
);
--> statement-breakpoint
CREATE TABLE `policy_transitions` (
	`id` bigint unsigned AUTO_INCREMENT NOT NULL,
	`host_id` int unsigned NOT NULL,
	`policy_id` int unsigned NOT NULL,
	`revision` int unsigned NOT NULL,
	`from_state` varchar(16) NOT NULL,
	`to_state` varchar(16) NOT NULL,
	`error` varchar(1000),
	`at` datetime(3) NOT NULL,
	CONSTRAINT `policy_transitions_id` PRIMARY KEY(`id`)
);
--> statement-breakpoint
CREATE TABLE `posture_history` (
	`at` datetime(3) NOT NULL,
	`team_id` int unsigned NOT NULL,
	`hosts` int NOT NULL DEFAULT 0,
	`online` int NOT NULL DEFAULT 0,
	`passing` int NOT NULL DEFAULT 0,
	`failing` int NOT NULL DEFAULT 0,
	`erroring` int NOT NULL DEFAULT 0,
	`verdict_pass` int NOT NULL DEFAULT 0,
	`verdict_fail` int NOT NULL DEFAULT 0,
	CONSTRAINT `posture_history_at_team_id_pk` PRIMARY KEY(`at`,`team_id`)
);
--> statement-breakpoint
CREATE TABLE `activities` (
	`id` bigint unsigned AUTO_INCREMENT NOT NULL,
	`actor_id` int unsigned,
	`actor_name` varchar(255) NOT NULL,
	`actor_email` varchar(255) NOT NULL DEFAULT '',
	`type` varchar(64) NOT NULL,
	`team_id` int unsigned,
	`details` mediumtext NOT NULL,
	`created_at` datetime(3) NOT NULL,
	CONSTRAINT `activities_id` PRIMARY KEY(`id`)
);
--> statement-breakpoint
CREATE TABLE `leases` (
	`name` varchar(64) NOT NULL,
	`owner` varchar(64) NOT NULL,
	`expires_at` datetime(3) NOT NULL,
	CONSTRAINT `leases_name` PRIMARY KEY(`name`)
);
--> statement-breakpoint
CREATE TABLE `rate_limits` (
	`key` varchar(255) NOT NULL,
	`points` int NOT NULL DEFAULT 0,
	`expire` bigint unsigned,
	CONSTRAINT `rate_limits_key` PRIMARY KEY(`key`)
);
--> statement-breakpoint
CREATE TABLE `revisions` (
	`name` varchar(32) NOT NULL,
	`value` bigint unsigned NOT NULL,
	CONSTRAINT `revisions_name` PRIMARY KEY(`name`)
);
--> statement-breakpoint
CREATE TABLE `settings` (
	`name` varchar(64) NOT NULL,
	`value` mediumtext NOT NULL,
	`updated_at` datetime(3) NOT NULL,
	CONSTRAINT `settings_name` PRIMARY KEY(`name`)
);
--> statement-breakpoint
CREATE TABLE `enroll_secrets` (
	`id` int unsigned AUTO_INCREMENT NOT NULL,
	`team_id` int unsigned,
	`secret_hash` binary(32) NOT NULL,
	`secret_encrypted` text NOT NULL,
	`created_at` datetime(3) NOT NULL,
	`expires_at` datetime(3),
	CONSTRAINT `enroll_secrets_id` PRIMARY KEY(`id`),
	CONSTRAINT `enroll_secrets_hash` UNIQUE(`secret_hash`)
);
--> statement-breakpoint
CREATE TABLE `teams` (
	`id` int unsigned AUTO_INCREMENT NOT NULL,
	`name` varchar(255) character set utf8mb4 collate utf8mb4_bin NOT NULL,
	`description` text NOT NULL,
	`agent_options` mediumtext,
	`created_at` datetime(3) NOT NULL,
	`updated_at` datetime(3) NOT NULL,
	CONSTRAINT `teams_id` PRIMARY KEY(`id`),
	CONSTRAINT `teams_name` UNIQUE(`name`)
);
--> statement-breakpoint
CREATE TABLE `sessions` (
	`id` int unsigned AUTO_INCREMENT NOT NULL,
	`user_id` int unsigned NOT NULL,
	`token_hash` binary(32) NOT NULL,
	`kind` varchar(16) NOT NULL,
	`name` varchar(255) NOT NULL DEFAULT '',
	`ip_address` varchar(64) NOT NULL DEFAULT '',
	`user_agent` varchar(255) NOT NULL DEFAULT '',
	`created_at` datetime(3) NOT NULL,
	`accessed_at` datetime(3) NOT NULL,
	`expires_at` datetime(3),
	CONSTRAINT `sessions_id` PRIMARY KEY(`id`),
	CONSTRAINT `sessions_token` UNIQUE(`token_hash`)
);
--> statement-breakpoint
CREATE TABLE `user_teams` (
	`user_id` int unsigned NOT NULL,
	`team_id` int unsigned NOT NULL,
	`role` varchar(32) NOT NULL,
	CONSTRAINT `user_teams_user_id_team_id_pk` PRIMARY KEY(`user_id`,`team_id`)
);
--> statement-breakpoint
CREATE TABLE `users` (
	`id` int unsigned AUTO_INCREMENT NOT NULL,
	`name` varchar(255) NOT NULL,
	`email` varchar(255) NOT NULL,
	`password_hash` varchar(255),
	`global_role` varchar(32),
	`api_only` boolean NOT NULL DEFAULT false,
	`force_password_reset` boolean NOT NULL DEFAULT false,
	`created_at` datetime(3) NOT NULL,
	`updated_at` datetime(3) NOT NULL,
	CONSTRAINT `users_id` PRIMARY KEY(`id`),
	CONSTRAINT `users_email` UNIQUE(`email`)
);
--> statement-breakpoint
CREATE INDEX `host_agents_previous_key` ON `host_agents` (`previous_node_key_hash`);--> statement-breakpoint
CREATE INDEX `host_agents_changed` ON `host_agents` (`changed_at`);--> statement-breakpoint
CREATE INDEX `host_agents_deadline` ON `host_agents` (`deadline_at`);--> statement-breakpoint
CREATE INDEX `host_agents_deleted` ON `host_agents` (`deleted_at`);--> statement-breakpoint
CREATE INDEX `host_seen_at` ON `host_seen` (`seen_at`);--> statement-breakpoint
CREATE INDEX `hosts_team` ON `hosts` (`team_id`,`platform_family`);--> statement-breakpoint
CREATE INDEX `hosts_family` ON `hosts` (`platform_family`);--> statement-breakpoint
CREATE INDEX `hosts_hostname` ON `hosts` (`hostname`);--> statement-breakpoint
CREATE INDEX `hosts_computer_name` ON `hosts` (`computer_name`);--> statement-breakpoint
CREATE INDEX `hosts_uuid` ON `hosts` (`uuid`);--> statement-breakpoint
CREATE INDEX `hosts_serial` ON `hosts` (`hardware_serial`);--> statement-breakpoint
CREATE INDEX `hosts_created` ON `hosts` (`created_at`);--> statement-breakpoint
CREATE INDEX `hosts_verdict` ON `hosts` (`verdict`,`failing_policies_count`);--> statement-breakpoint
CREATE INDEX `policy_membership_policy` ON `policy_membership` (`policy_id`,`revision`,`state`,`host_id`);--> statement-breakpoint
CREATE INDEX `policy_transitions_policy` ON `policy_transitions` (`policy_id`,`at`);--> statement-breakpoint
CREATE INDEX `policy_transitions_host` ON `policy_transitions` (`host_id`,`policy_id`,`at`);--> statement-breakpoint
CREATE INDEX `policy_transitions_at` ON `policy_transitions` (`at`);--> statement-breakpoint
CREATE INDEX `activities_created` ON `activities` (`created_at`);--> statement-breakpoint
CREATE INDEX `activities_team` ON `activities` (`team_id`);--> statement-breakpoint
CREATE INDEX `enroll_secrets_team` ON `enroll_secrets` (`team_id`);--> statement-breakpoint
CREATE INDEX `sessions_user` ON `sessions` (`user_id`);--> statement-breakpoint
CREATE INDEX `sessions_expires` ON `sessions` (`expires_at`);--> statement-breakpoint
CREATE INDEX `user_teams_team` ON `user_teams` (`team_id`);