DROP INDEX `host_seen_at` ON `host_seen`;--> statement-breakpoint
DROP INDEX `hosts_team` ON `hosts`;--> statement-breakpoint
DROP INDEX `hosts_family` ON `hosts`;--> statement-breakpoint
ALTER TABLE `hosts` ADD `display_name` varchar(515) GENERATED ALWAYS AS ((coalesce(nullif(`computer_name`, ''), nullif(`hostname`, ''), concat(`hardware_model`, ' (', `hardware_serial`, ')')))) STORED;--> statement-breakpoint
CREATE INDEX `hosts_platform` ON `hosts` (`platform`);--> statement-breakpoint
CREATE INDEX `hosts_display_name` ON `hosts` (`display_name`);--> statement-breakpoint
CREATE INDEX `hosts_os_name` ON `hosts` (`os_name`);--> statement-breakpoint
CREATE INDEX `hosts_os_version` ON `hosts` (`os_version`,`os_name`);--> statement-breakpoint
CREATE INDEX `hosts_osquery_version` ON `hosts` (`osquery_version`);--> statement-breakpoint
CREATE INDEX `hosts_model` ON `hosts` (`hardware_model`);--> statement-breakpoint
CREATE INDEX `hosts_vendor` ON `hosts` (`hardware_vendor`);--> statement-breakpoint
CREATE INDEX `hosts_cpu_type` ON `hosts` (`cpu_type`);--> statement-breakpoint
CREATE INDEX `hosts_memory` ON `hosts` (`memory_bytes`);--> statement-breakpoint
CREATE INDEX `hosts_disk` ON `hosts` (`disk_available_gigabytes`);--> statement-breakpoint
CREATE INDEX `hosts_primary_ip` ON `hosts` (`primary_ip`);--> statement-breakpoint
CREATE INDEX `hosts_primary_mac` ON `hosts` (`primary_mac`);--> statement-breakpoint
CREATE INDEX `hosts_public_ip` ON `hosts` (`public_ip`);--> statement-breakpoint
CREATE INDEX `hosts_intervals` ON `hosts` (`distributed_interval_seconds`,`config_refresh_seconds`);--> statement-breakpoint
CREATE INDEX `hosts_enrolled` ON `hosts` (`last_enrolled_at`);--> statement-breakpoint
CREATE INDEX `hosts_team` ON `hosts` (`team_id`,`platform_family`,`platform`);--> statement-breakpoint
CREATE INDEX `hosts_family` ON `hosts` (`platform_family`,`platform`);--> statement-breakpoint
INSERT IGNORE INTO `host_seen` (`host_id`, `seen_at`) SELECT `id`, `created_at` FROM `hosts`;
