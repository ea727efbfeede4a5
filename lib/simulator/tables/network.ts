import type { HostProfile } from "../profile.ts";
import type { Row, TableSet } from "./table-set.ts";

interface InterfaceNames {
  main: string;
  mainFriendly: string;
  loopback: string;
}

function interfaceNames(host: HostProfile): InterfaceNames {
  if (host.platform === "darwin") return { main: "en0", mainFriendly: "", loopback: "lo0" };
  if (host.platform === "windows") return { main: "12", mainFriendly: "Wi-Fi", loopback: "1" };
  return {
    main: host.hardware.portable ? "wlp2s0" : "ens18",
    mainFriendly: "",
    loopback: "lo",
  };
}

function gatewayOf(host: HostProfile): string {
  return host.ipAddress.replace(/\d+$/, "254");
}

function linkLocal(host: HostProfile): string {
  const [a = "", b = "", c = "", d = "", e = "", f = ""] = host.macAddress.split(":");
  return `fe80::2${a.slice(1)}${b}:${c}ff:fe${d}:${e}${f}`;
}

function addressRow(host: HostProfile, name: string, address: string, mask: string): Row {
  const friendly = name === interfaceNames(host).main ? interfaceNames(host).mainFriendly : "";
  return {
    interface: name,
    address,
    mask,
    broadcast: "",
    point_to_point: "",
    type: "dhcp",
    ...(host.platform === "windows" && { friendly_name: friendly }),
  };
}

function detailRow(host: HostProfile, name: string, mac: string, mtu: number): Row {
  return {
    interface: name,
    mac,
    type: name === interfaceNames(host).loopback ? 24 : 6,
    mtu,
    metric: 0,
    flags: 4163,
    ipackets: 482_113,
    opackets: 301_998,
    ibytes: 512_338_144,
    obytes: 64_120_337,
    ...(host.platform === "windows" && { enabled: 1, physical_adapter: mac ? 1 : 0 }),
  };
}

function routeRow(host: HostProfile, destination: string, netmask: number, gateway: string): Row {
  const { main } = interfaceNames(host);
  return {
    destination,
    netmask,
    gateway,
    source: host.ipAddress,
    flags: 3,
    // Windows names the interface of a route by its address, not by its index.
    interface: host.platform === "windows" ? host.ipAddress : main,
    mtu: 1500,
    metric: 25,
    type: gateway ? "gateway" : "local",
  };
}

export const networkTables: TableSet = {
  interface_addresses: (host) => {
    const { main, loopback } = interfaceNames(host);
    return [
      addressRow(host, loopback, "127.0.0.1", "255.0.0.0"),
      addressRow(host, loopback, "::1", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
      addressRow(host, main, host.ipAddress, "255.255.255.0"),
      addressRow(host, main, linkLocal(host), "ffff:ffff:ffff:ffff::"),
    ];
  },
  interface_details: (host) => {
    const { main, loopback } = interfaceNames(host);
    return [
      detailRow(host, loopback, host.platform === "linux" ? "00:00:00:00:00:00" : "", 16_384),
      detailRow(host, main, host.macAddress, 1500),
    ];
  },
  routes: (host) => [
    routeRow(host, "0.0.0.0", 0, gatewayOf(host)),
    routeRow(host, host.ipAddress.replace(/\d+$/, "0"), 24, ""),
  ],
  arp_cache: (host) => [
    {
      address: gatewayOf(host),
      mac: "f4:92:bf:10:20:30",
      interface: interfaceNames(host).main,
      permanent: "0",
    },
  ],
  etc_hosts: (host) => [
    { address: "127.0.0.1", hostnames: "localhost" },
    { address: "127.0.1.1", hostnames: host.hostname },
  ],
};

export const unixNetworkTables: TableSet = {
  dns_resolvers: (host) => [
    { id: 0, type: "nameserver", address: gatewayOf(host), netmask: "32", options: 0 },
  ],
};
