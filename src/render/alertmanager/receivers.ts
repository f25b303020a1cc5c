import type { Path } from "../../diagnostics/path.ts";
import type { Alerting, Channel, Model, Receiver } from "../../model/model.ts";
import { type HostSecret, secretPath } from "../../model/secret-path.ts";
import { servicesOf } from "../../model/services.ts";
import type { SecretRef } from "../../signals/secret.ts";
import type { Route } from "./routes.ts";

/** Where the exporter service answers on every host that has it. */
const bridgePort = 9740;
/**
 * Alerts in one call of the bridge, which refuses what is larger than 5 MiB; it is told how many were left out. Nobody reads
 * so many, and a group that large would else reach nobody.
 */
const maxAlerts = 1000;

/** An Alertmanager receiver: one or several of the inventory's, told at once. Inventory names have no `+`. */
export function receiverName(receivers: readonly string[]): string {
  return receivers.length === 0 ? "+nobody" : receivers.join("+");
}

/** True where Alertmanager cannot speak the channel itself, or could only with a secret in its config. */
export function needsBridge(channel: Channel): boolean {
  if (channel.type === "email") return false;
  return channel.type !== "webhook" || typeof channel.url !== "string";
}

/** Port of the bridge: the exporter service's on the Alertmanager hosts. */
export function bridgePortOf(model: Model): number {
  for (const service of model.services.values()) if (service.kind === "stackwright") return service.port ?? bridgePort;
  return bridgePort;
}

/** Receivers in Alertmanager's notation, those that the routes name and no others, sorted by name. */
export function printReceivers(
  model: Model,
  alerting: Alerting,
  root: Route,
): readonly { readonly value: object; readonly source: Path }[] {
  const used = new Map(told(root).map((route) => [receiverName(route.receivers ?? []), route.receivers ?? []]));
  const heartbeatOnly = heartbeatReceiver(alerting, root);
  return [...used]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, receivers]) => {
      const known = receivers.flatMap((receiver) => alerting.receivers.get(receiver) ?? []);
      // The end of the Watchdog is told by silence; a message about it would be taken for a sign of life.
      const resolved = name !== heartbeatOnly;
      const emails = known.flatMap(({ channels }) => channels.flatMap((channel) => emailConfig(channel, resolved)));
      const webhooks = known.flatMap((receiver) => webhookConfigs(receiver, bridgePortOf(model), resolved));
      const value = {
        name,
        ...(emails.length === 0 ? {} : { email_configs: emails }),
        ...(webhooks.length === 0 ? {} : { webhook_configs: webhooks }),
      };
      return { value, source: known[0]?.source ?? alerting.source };
    });
}

/** Secrets that Alertmanager reads itself, on each of its hosts. */
export function receiverSecrets(alerting: Alerting, hosts: readonly string[]): readonly HostSecret[] {
  return [...alerting.receivers.values()].flatMap(({ channels }) =>
    channels.flatMap((channel) => {
      if (channel.type !== "email" || channel.password === undefined) return [];
      const source = [...channel.source, "password"];
      const path = secretPath(channel.password, source);
      const from = channel.password;
      return hosts.map((host) => ({ host, path, owner: "prometheus:prometheus", from, source }));
    }),
  );
}

/**
 * Secrets of the bridge, on each host that has both an Alertmanager and the exporter service; it reads those of every
 * receiver, routed or not, since each can be tried by hand.
 */
export function bridgeSecrets(model: Model, alerting: Alerting, hosts: readonly string[]): readonly HostSecret[] {
  const bridges = new Set(
    servicesOf(model, "stackwright").flatMap(({ instances }) => instances.map(({ host }) => host.name)),
  );
  const secrets = [...alerting.receivers.values()].flatMap(({ channels }) =>
    channels.filter(needsBridge).flatMap(channelSecrets),
  );
  return hosts
    .filter((host) => bridges.has(host))
    .flatMap((host) =>
      secrets.map(({ from, source }) => ({
        host,
        path: secretPath(from, source),
        owner: "stackwright:stackwright",
        from,
        source,
      })),
    );
}

/** References of a channel, each with the place in the inventory where it stands. */
function channelSecrets(channel: Channel): readonly { readonly from: SecretRef; readonly source: Path }[] {
  const at = (from: string | SecretRef | undefined, ...keys: readonly string[]) =>
    from === undefined || typeof from === "string" ? [] : [{ from, source: [...channel.source, ...keys] }];
  switch (channel.type) {
    case "email":
      return at(channel.password, "password");
    case "webhook":
      return at(channel.url, "url");
    case "sms":
      return at(channel.url, "webhook", "url");
    case "wecom":
      return at(channel.secret, "secret");
    case "wecom-robot":
    case "dingtalk":
      return [...at(channel.url, "url"), ...at(channel.secret, "secret")];
  }
}

function told(route: Route): readonly Route[] {
  return [...(route.receivers === undefined ? [] : [route]), ...route.routes.flatMap(told)];
}

/** The receiver that gets the Watchdog and nothing else. */
function heartbeatReceiver({ watchdog }: Alerting, root: Route): string | undefined {
  if (watchdog === undefined) return undefined;
  return told(root).filter(({ receivers }) => receiverName(receivers ?? []) === watchdog).length === 1
    ? watchdog
    : undefined;
}

function emailConfig(channel: Channel, resolved: boolean): readonly object[] {
  if (channel.type !== "email") return [];
  const { password, username } = channel;
  return [
    {
      to: channel.to.join(", "),
      from: channel.from,
      smarthost: channel.smarthost,
      ...(username === undefined ? {} : { auth_username: username }),
      ...(password === undefined ? {} : { auth_password_file: secretPath(password, [...channel.source, "password"]) }),
      require_tls: channel.requireTls,
      send_resolved: resolved,
    },
  ];
}

/** Its plain webhooks, and one call of the bridge for all of its other channels together. */
function webhookConfigs({ name, channels }: Receiver, port: number, resolved: boolean): readonly object[] {
  const plain = channels.flatMap((channel) =>
    channel.type === "webhook" && typeof channel.url === "string" ? [channel.url] : [],
  );
  const bridged = channels.some(needsBridge)
    ? [{ url: `http://127.0.0.1:${port}/notify/${name}`, send_resolved: resolved, max_alerts: maxAlerts }]
    : [];
  return [...plain.map((url) => ({ url, send_resolved: resolved })), ...bridged];
}
