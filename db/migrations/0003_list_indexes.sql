DROP INDEX `hosts_os_version` ON `hosts`;--> statement-breakpoint
DROP INDEX `hosts_verdict` ON `hosts`;--> statement-breakpoint
CREATE INDEX `activities_type` ON `activities` (`type`);--> statement-breakpoint
CREATE INDEX `hosts_os_version` ON `hosts` (`os_version`);--> statement-breakpoint
CREATE INDEX `hosts_verdict` ON `hosts` (`verdict`);