import { generatedHeader } from "../../artifact/comment.ts";
import { type KeepalivedBlock, printKeepalived } from "../../artifact/keepalived-block.ts";
import type { HostArtifact } from "../../artifact/place.ts";
import type { Path } from "../../diagnostics/path.ts";
import { parseIp } from "../../model/ip.ts";
import type { Service } from "../../model/model.ts";
import { parseDuration } from "../../model/units.ts";
import { healthOf } from "./health.ts";
import type { Member, Router } from "./members.ts";
import { checkName, checkPath, configPath, generator, stateName, trackPath } from "./names.ts";

/** How long a host that came back leaves the address with a worse one, in seconds: it shall be settled by then. */
const preemptDelay = 5;

/** keepalived.conf of one member. */
export function renderConfig(member: Member): HostArtifact {
  const { host, keepalived, routers, services } = member;
  const checked = services.filter((service) => healthOf(service, host) !== undefined);
  const source = [...routers.map(({ vip }) => vip.source), host.source];
  const { content, origins } = printKeepalived(
    [
      globals(member),
      ...checked.map((service) => checkScript(member, service)),
      ...services.map(trackFile),
      ...routers.map((router) =>
        instance(
          router,
          checked.some(({ name }) => name === router.vip.service),
        ),
      ),
    ],
    generatedHeader(generator, source),
  );
  return {
    host: host.name,
    service: keepalived.name,
    path: configPath,
    content,
    reload: "keepalived",
    generator,
    source,
    origins,
  };
}

/**
 * `script_user` is root because keepalived 2.2.7 ends itself by SIGTERM when it validates a config with another user
 * there: `-t` fails, and with `reload_check_config` every reload is dropped. The check gives up its rights itself.
 * `vrrp_strict` is not there: it forbids unicast.
 */
function globals({ host, keepalived, settings }: Member): KeepalivedBlock {
  return {
    words: ["global_defs"],
    source: host.source,
    block: [
      { words: ["router_id", host.name] },
      { words: ["vrrp_version", 3] },
      { words: ["enable_script_security"] },
      { words: ["script_user", "root"] },
      { words: ["reload_check_config"] },
      {
        words: ["vrrp_garp_master_refresh", Math.max(1, Math.round(parseDuration(settings.garp_refresh) / 1000))],
        source: keepalived.source,
      },
    ],
  };
}

/** No weight: a failing check is FAULT, whatever the priorities of the others are. */
function checkScript({ host, keepalived, settings }: Member, service: Service): KeepalivedBlock {
  const { interval, timeout, fall, rise } = settings.check;
  const source = keepalived.source;
  return {
    words: ["vrrp_script", checkName(service)],
    source: service.source,
    block: [
      { words: ["script", checkPath(service, host)] },
      { words: ["interval", interval], source },
      { words: ["timeout", timeout], source },
      { words: ["fall", fall], source },
      { words: ["rise", rise], source },
    ],
  };
}

/** The service's own unit writes 0 when it runs and -254, which is FAULT, when it has stopped: milliseconds, not seconds. */
function trackFile(service: Service): KeepalivedBlock {
  return {
    words: ["track_file", stateName(service)],
    source: service.source,
    block: [{ words: ["file", trackPath(service)] }, { words: ["weight", 1] }, { words: ["init_file", 0] }],
  };
}

/**
 * All members begin as BACKUP and have their own priority, so that none takes the address from another by its start.
 * Adverts that came through a router, or from who is no peer, are not heard: VRRP version 3 has no authentication.
 */
function instance(router: Router, isChecked: boolean): KeepalivedBlock {
  const { vip, priority, address, peers } = router;
  const service = { name: vip.service };
  const at = (key: string, isWritten: boolean): Path => (isWritten ? [...vip.source, key] : vip.source);
  return {
    words: ["vrrp_instance", vip.name],
    source: vip.source,
    block: [
      { words: ["state", "BACKUP"] },
      { words: ["interface", router.interface], source: router.interfaceSource },
      { words: ["virtual_router_id", vip.virtualRouterId], source: at("virtual_router_id", vip.pinned) },
      { words: ["priority", priority], source: at("priority", vip.writtenPriority.length > 0) },
      { words: ["advert_int", vip.advertIntervalMs / 1000] },
      { words: vip.preempt ? ["preempt_delay", preemptDelay] : ["nopreempt"] },
      { words: ["unicast_src_ip", address.address], source: address.source },
      {
        words: ["unicast_peer"],
        block: peers.map((peer) => ({ words: [peer.address, "min_ttl", 255], source: peer.source })),
      },
      { words: ["virtual_ipaddress"], block: [{ words: addressWords(router), source: at("address", true) }] },
      ...(isChecked ? [{ words: ["track_script"], block: [{ words: [checkName(service)] }] }] : []),
      { words: ["track_file"], block: [{ words: [stateName(service)] }] },
    ],
  };
}

/** An IPv6 address that moves is never the source of what the host itself asks: IPv4 sees to that by its prefix. */
function addressWords({ vip }: Router): readonly (string | number)[] {
  const address = `${vip.address}/${vip.prefixLength}`;
  return parseIp(vip.address)?.family === 6 ? [address, "preferred_lft", 0] : [address];
}
