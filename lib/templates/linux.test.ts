import { proveTemplates } from "#lib/testing/templates.ts";

const os = (name: string, platform: string, major: number, minor = 0) => [
  `os_version.name=${name}`,
  `os_version.platform=${platform}`,
  `os_version.major=${major}`,
  `os_version.minor=${minor}`,
];
const sshd = (label: string, value: string, path = "/etc/ssh/sshd_config") => [
  `-augeas[label=${label}]`,
  `augeas[label=${label}].value=${value}`,
  `augeas[label=${label}].path=${path}`,
];
const extraSshd = "/etc/ssh/sshd_config.d/50-cloud-init.conf";
const unit = (id: string, state = "active") => `systemd_units[id=${id}].active_state=${state}`;
const control = (name: string, value: number) =>
  `system_controls[name=${name}].current_value=${value}`;
const file = (path: string) => `file[path=${path}].type=regular`;
const port = (number: number, address = "0.0.0.0") => [
  `listening_ports[port=${number}].address=${address}`,
  `listening_ports[port=${number}].protocol=6`,
];
const extension = "chrome_extensions[identifier=abcdefghijklmnopabcdefghijklmnop]";

proveTemplates("linux", {
  "linux-root-disk-encrypted": {
    bad: [["disk_encryption.encrypted=0"], ["mounts[path=/].device_alias=/dev/nvme0n1p2"]],
  },
  "linux-firewall-on": {
    good: [["-systemd_units", unit("nftables.service")]],
    bad: [
      ["systemd_units.active_state=inactive"],
      ["-systemd_units[id=ufw.service]", "-systemd_units[id=firewalld.service]"],
    ],
  },
  "linux-secure-boot-on": {
    given: ["secureboot.secure_boot=1"],
    bad: [["secureboot.secure_boot=0"], ["-secureboot"]],
  },
  "linux-mandatory-access-control": {
    good: [
      ["-apparmor_profiles", "selinux_settings[key=enforce].value=1"],
      ["-selinux_settings", "apparmor_profiles[name=man].mode=enforce"],
    ],
    bad: [
      ["-apparmor_profiles", "selinux_settings[key=enforce].value=0"],
      ["apparmor_profiles.mode=complain", "-selinux_settings"],
      ["-apparmor_profiles", "-selinux_settings"],
    ],
  },
  "linux-aslr-on": { bad: [[control("kernel.randomize_va_space", 1)]] },
  "linux-ptrace-restricted": {
    good: [[control("kernel.yama.ptrace_scope", 3)]],
    bad: [
      [control("kernel.yama.ptrace_scope", 0)],
      ["-system_controls[name=kernel.yama.ptrace_scope]"],
    ],
  },
  "linux-no-dumps-of-privileged-programs": { bad: [[control("fs.suid_dumpable", 2)]] },
  "linux-redirects-ignored": {
    bad: [
      [control("net.ipv4.conf.all.accept_redirects", 1)],
      [control("net.ipv6.conf.all.accept_redirects", 1)],
    ],
  },
  "linux-syncookies-on": { bad: [[control("net.ipv4.tcp_syncookies", 0)]] },
  "linux-malware-scanner-running": {
    given: [unit("clamav-daemon.service")],
    bad: [[unit("clamav-daemon.service", "inactive")], ["-systemd_units"]],
  },
  "linux-nothing-runs-from-temporary-folders": {
    bad: [["processes[name=x].path=/tmp/.x/x"], ["processes[name=x].path=/dev/shm/x"]],
  },
  "linux-cron-not-from-temporary-folders": {
    good: [["crontab[path=/etc/crontab].command=root cd / && run-parts /etc/cron.hourly"]],
    bad: [
      ["crontab[path=/etc/crontab].command=root /tmp/.x/update"],
      ["crontab[path=/var/spool/cron/ava].command=/dev/shm/x"],
    ],
  },
  "linux-docker-not-on-network": {
    good: [port(2375, "127.0.0.1")],
    bad: [port(2375), port(2375, "::")],
  },
  "linux-ssh-no-root": {
    good: [sshd("PermitRootLogin", "prohibit-password"), ["-augeas"]],
    bad: [
      sshd("PermitRootLogin", "yes"),
      sshd("permitrootlogin", "Yes"),
      [...sshd("PermitRootLogin", "yes", extraSshd), file(extraSshd)],
    ],
  },
  "linux-ssh-keys-only": {
    given: [...sshd("PasswordAuthentication", "no"), unit("ssh.service")],
    good: [
      [...sshd("PasswordAuthentication", "yes"), "systemd_units.active_state=inactive"],
      ["-augeas", "-systemd_units"],
    ],
    bad: [
      sshd("PasswordAuthentication", "yes"),
      ["-augeas"],
      [
        `augeas[node=extra].label=PasswordAuthentication`,
        `augeas[node=extra].value=yes`,
        `augeas[node=extra].path=${extraSshd}`,
        file(extraSshd),
      ],
    ],
  },
  "linux-ssh-no-empty-passwords": {
    good: [sshd("PermitEmptyPasswords", "no")],
    bad: [sshd("PermitEmptyPasswords", "yes")],
  },
  "linux-no-empty-passwords": { bad: [["shadow[username=test].password_status=empty"]] },
  "linux-strong-password-hashes": {
    good: [["shadow[username=test].password_status=active", "shadow[username=test].hash_alg=6"]],
    bad: [
      ["shadow[username=test].password_status=active", "shadow[username=test].hash_alg=1"],
      ["shadow[username=test].password_status=active", "shadow[username=test].hash_alg="],
    ],
  },
  "linux-password-file-private": {
    good: [["file[path=/etc/shadow].mode=0000"]],
    bad: [["file[path=/etc/shadow].mode=0644"], ["file[path=/etc/shadow].uid=1000"]],
  },
  "linux-only-root-is-root": { bad: [["users[username=toor].uid=0"]] },
  "linux-root-without-keys": {
    good: [["authorized_keys[key_file=/home/ava/.ssh/authorized_keys].uid=1000"]],
    bad: [["authorized_keys[key_file=/root/.ssh/authorized_keys].uid=0"]],
  },
  "linux-sudo-asks-for-password": {
    good: [["sudoers[header=backup].rule_details=ALL=(root) NOPASSWD: /usr/bin/rsync"]],
    bad: [["sudoers[header=ava].rule_details=ALL=(ALL) NOPASSWD: ALL"]],
  },
  "linux-everyday-account": {
    given: ["-user_groups[gid=27]"],
    bad: [
      ["user_groups[uid=1000].gid=27"],
      ["groups[groupname=docker].gid=999", "user_groups[gid=999].uid=1000"],
    ],
  },
  "linux-supported": {
    good: [
      os("Ubuntu", "ubuntu", 22),
      os("Ubuntu", "ubuntu", 26, 4),
      os("Debian GNU/Linux", "debian", 12),
      os("Fedora Linux", "rhel", 44),
      os("Fedora Linux", "fedora", 46),
      os("Red Hat Enterprise Linux", "rhel", 8, 6),
      os("Rocky Linux", "rocky", 8, 10),
      os("AlmaLinux", "almalinux", 10),
      os("CentOS Stream", "centos", 9),
      os("Arch Linux", "arch", 0),
      [...os("Fedora Linux", "rhel", 41), "time.year=2025", "time.month=11"],
    ],
    bad: [
      os("Ubuntu", "ubuntu", 20, 4),
      os("Ubuntu", "ubuntu", 18, 4),
      os("Debian GNU/Linux", "debian", 11),
      os("Fedora Linux", "rhel", 42),
      os("Red Hat Enterprise Linux", "rhel", 7, 9),
      os("Red Hat Enterprise Linux", "rhel", 6, 10),
      os("Rocky Linux", "rocky", 8, 4),
      os("AlmaLinux", "almalinux", 8, 9),
      os("CentOS Linux", "centos", 7),
      os("Oracle Linux Server", "ol", 7, 9),
      [...os("Ubuntu", "ubuntu", 22), "time.unix_time=1830000000"],
    ],
  },
  "linux-updates-install": {
    good: [["-systemd_units", unit("dnf5-automatic.timer")]],
    bad: [["systemd_units.active_state=inactive"], ["-systemd_units"]],
  },
  "linux-updated-recently": {
    good: [["file.mtime=1760000000", "file[path=/var/lib/rpm/Packages].mtime=1795000000"]],
    bad: [["file.mtime=1780000000"]],
  },
  "linux-no-restart-waiting": { bad: [[file("/run/reboot-required")]] },
  "linux-packages-signed": {
    good: [["yum_sources[name=old].enabled=0", "yum_sources[name=old].gpgcheck=0"]],
    bad: [["yum_sources[name=extra].enabled=1", "yum_sources[name=extra].gpgcheck=0"]],
  },
  "linux-no-plain-text-services": {
    good: [["deb_packages[name=telnetd].status=deinstall ok config-files"]],
    bad: [
      ["deb_packages[name=telnetd].status=install ok installed"],
      ["rpm_packages[name=telnet-server].version=0.17"],
    ],
  },
  "linux-audit-running": {
    bad: [[unit("auditd.service", "failed")], ["-systemd_units[id=auditd.service]"]],
  },
  "linux-clock-synchronised": {
    good: [["-systemd_units", unit("chronyd.service")]],
    bad: [["systemd_units.active_state=inactive"]],
  },
  "ssh-keys-have-passphrase": {
    good: [["-user_ssh_keys"]],
    bad: [["user_ssh_keys[uid=1000].encrypted=0"]],
  },
  "ssh-keys-strong": { bad: [["user_ssh_keys[uid=1000].key_type=dsa"]] },
  "browser-extensions-from-store": {
    bad: [[`${extension}.from_webstore=false`, `${extension}.state=1`, `${extension}.uid=1000`]],
  },
  "browser-extensions-not-everywhere": {
    bad: [
      [`${extension}.permissions=["debugger"]`, `${extension}.state=1`, `${extension}.uid=1000`],
    ],
  },
  "restarted-recently": {
    given: ["uptime.total_seconds=86400"],
    bad: [["uptime.total_seconds=2600000"]],
  },
  "no-plain-text-services": { bad: [port(23), port(514, "::")] },
  "no-database-on-network": { good: [port(5432, "127.0.0.1")], bad: [port(6379)] },
  "hosts-file-clean": {
    bad: [["etc_hosts[hostnames=archive.ubuntu.com security.ubuntu.com].address=127.0.0.1"]],
  },
});
