import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Bench, Case } from "../case.ts";
import { writeLarge } from "../inventory.ts";
import { type Command, measure } from "../measure.ts";
import { figuresOf, printTable } from "../table.ts";
import { generateCommand } from "./generate.ts";

/** Files of the peer's run: a fortieth of what `generate` writes for 1,000 hosts, because with as many it takes half an hour. */
const files = 100;

/** Ansible with one template in a loop, which is its fastest way to write many files. */
export const ansible: Case = {
  name: "ansible",
  about: `1,000 hosts (4,370 files) beside Ansible that writes only ${files} files with one template in a loop`,
  run: async (bench) => {
    const ours = generateCommand(bench, "1000 hosts", {
      inventory: writeLarge(bench.folder, 1000),
      fresh: true,
    });
    const peer = peerCommand(bench);
    const measured = await measure(peer === undefined ? [ours] : [ours, peer], bench.runs);
    return printTable(
      "Ansible",
      [
        { what: ours.name, figures: figuresOf(measured, ours.name) },
        {
          what: "Ansible",
          figures: peer === undefined ? "ansible-playbook is not installed" : figuresOf(measured, peer.name),
          against: ours.name,
          goal: { atLeastTimes: 10 },
        },
      ],
      bench,
    );
  },
};

function peerCommand({ folder }: Bench): Command | undefined {
  if (spawnSync("ansible-playbook", ["--version"], { stdio: "ignore", timeout: 60_000 }).status !== 0) return undefined;
  const own = join(folder, "ansible");
  const output = join(own, "out");
  mkdirSync(own, { recursive: true });
  writeFileSync(join(own, "ansible.cfg"), "[defaults]\nretry_files_enabled = False\n");
  writeFileSync(join(own, "rules.j2"), template);
  writeFileSync(join(own, "playbook.yml"), playbook(output));
  return {
    name: "Ansible",
    argv: [
      "env",
      `ANSIBLE_CONFIG=${join(own, "ansible.cfg")}`,
      `ANSIBLE_LOCAL_TEMP=${join(own, "tmp")}`,
      "ansible-playbook",
      "-i",
      "localhost,",
      "-c",
      "local",
      join(own, "playbook.yml"),
    ],
    before: () => {
      rmSync(output, { recursive: true, force: true });
      mkdirSync(output);
    },
  };
}

const playbook = (output: string): string => `- hosts: localhost
  gather_facts: false
  tasks:
    - name: Rule files
      ansible.builtin.template:
        src: rules.j2
        dest: "${output}/{{ item }}.yml"
        mode: "0644"
      loop: "{{ range(${files}) | list }}"
`;

const template = `groups:
  - name: service{{ item }}
    rules:
{% for number in range(20) %}
      - alert: Service{{ item }}Down{{ number }}
        expr: up{service="service{{ item }}", shard="{{ number }}"} == 0
        for: 2m
        labels: { severity: critical, service: service{{ item }} }
        annotations: { summary: "service {{ item }} does not answer" }
{% endfor %}
`;
