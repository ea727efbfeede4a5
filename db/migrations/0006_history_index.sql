CREATE INDEX `policy_transitions_pair` ON `policy_transitions` (`policy_id`,`host_id`,`at`,`revision`,`to_state`);--> statement-breakpoint
DROP INDEX `policy_transitions_host` ON `policy_transitions`;