/**
 * What the stage shows, as plain readonly data, folded from the machine's batches. Ids are the machine's process
 * numbers; times are milliseconds of the scene's clock, which stands still while the run is paused; places are CSS
 * pixels at zoom 1.
 */

import type * as p from "../protocol.ts";

/** A message being taken out of a mailbox by a receive. `label` and `shape` are those of the envelope it was in. */
export interface Taking {
  readonly node: number;
  readonly label: string;
  readonly shape: p.Shape;
  /** Its place in the mailbox, from 0. */
  readonly index: number;
  readonly start: number;
  readonly duration: number;
}

/** The whole picture. Effects (flights, births, deaths ...) stay in it until the clock has passed their end. */
export interface Scene {
  readonly at: number;
  readonly time: number;
  readonly nodes: ReadonlyMap<number, p.Node>;
  readonly places: ReadonlyMap<number, p.Place>;
  readonly bounds: { readonly w: number; readonly h: number };
  readonly mailboxes: ReadonlyMap<number, p.Mailbox>;
  readonly edges: ReadonlyMap<number, p.Edge>;
  readonly supervisions: ReadonlyMap<number, p.Supervision>;
  readonly stats: ReadonlyMap<number, p.Stats>;
  readonly flights: ReadonlyMap<number, p.Flight>;
  readonly signals: ReadonlyMap<number, p.Signal>;
  readonly pulses: ReadonlyMap<number, p.Pulse>;
  readonly births: ReadonlyMap<number, p.Birth>;
  readonly deaths: ReadonlyMap<number, p.Death>;
  readonly restarts: ReadonlyMap<number, p.Restart>;
  readonly takings: ReadonlyMap<number, Taking>;
  readonly counts: p.Counts;
  /** The nodes of the machine by number, where there are several. */
  readonly islands: ReadonlyMap<number, p.Island>;
  /** Their links; the key has the numbers of the two, see wireKey. */
  readonly wires: ReadonlyMap<number, p.NodeWire>;
}

/** The key of the link of two nodes. */
export function wireKey(a: number, b: number): number {
  return a * 256 + b;
}

/** How long a message taken by a receive stays in sight, in milliseconds. */
export const takingTime = 420;

/** The empty stage. */
export const emptyScene: Scene = {
  at: 0,
  time: 0,
  nodes: new Map(),
  places: new Map(),
  bounds: { w: 0, h: 0 },
  mailboxes: new Map(),
  edges: new Map(),
  supervisions: new Map(),
  stats: new Map(),
  flights: new Map(),
  signals: new Map(),
  pulses: new Map(),
  births: new Map(),
  deaths: new Map(),
  restarts: new Map(),
  takings: new Map(),
  counts: { type: "counts", processes: 0, born: 0, messages: 0, restarts: 0, crashes: 0, system: 0 },
  islands: new Map(),
  wires: new Map(),
};

/** The maps of a scene, by name. */
type MapKey = { [K in keyof Scene]: Scene[K] extends ReadonlyMap<number, unknown> ? K : never }[keyof Scene];
type Entry<K extends MapKey> = Scene[K] extends ReadonlyMap<number, infer V> ? V : never;

/** A scene under change: each map is copied at its first change only, so a batch costs what it touches. */
class Draft {
  private readonly copied = new Set<MapKey>();
  private scene: { -readonly [K in keyof Scene]: Scene[K] };

  constructor(scene: Scene) {
    this.scene = { ...scene };
  }

  assign(fields: Partial<Scene>): void {
    Object.assign(this.scene, fields);
  }

  put<K extends MapKey>(key: K, id: number, value: Entry<K>): void {
    this.own(key).set(id, value);
  }

  drop(key: MapKey, id: number): void {
    if (this.scene[key].has(id)) this.own(key).delete(id);
  }

  /** Takes the effects away that are over. */
  expire(at: number): void {
    const effects = ["flights", "signals", "pulses", "births", "deaths", "restarts", "takings"] as const;
    for (const key of effects) {
      for (const [id, effect] of this.scene[key]) {
        if (effect.start + effect.duration <= at) this.drop(key, id);
      }
    }
  }

  done(): Scene {
    return this.scene;
  }

  private own<K extends MapKey>(key: K): Map<number, Entry<K>> {
    if (!this.copied.has(key)) {
      this.copied.add(key);
      this.scene[key] = new Map(this.scene[key] as ReadonlyMap<number, never>) as unknown as Scene[K] & typeof this.scene[K];
    }
    return this.scene[key] as unknown as Map<number, Entry<K>>;
  }
}

/** Applies a batch to a scene. Messages that are not about the stage are passed over. */
export function applyBatch(scene: Scene, batch: readonly p.Message[]): Scene {
  let draft = new Draft(scene);
  const takens: p.Taken[] = [];
  for (const message of batch) {
    switch (message.type) {
      case "reset":
        draft = new Draft(emptyScene);
        break;
      case "frame":
        draft.assign({ at: message.at, time: message.time });
        draft.expire(message.at);
        break;
      case "node":
        draft.put("nodes", message.id, message);
        break;
      case "place":
        draft.put("places", message.id, message);
        break;
      case "bounds":
        draft.assign({ bounds: message });
        break;
      case "gone":
        for (const key of ["nodes", "places", "mailboxes", "supervisions", "stats", "births", "deaths"] as const) draft.drop(key, message.id);
        break;
      case "mailbox":
        draft.put("mailboxes", message.node, message);
        break;
      case "taken":
        takens.push(message);
        break;
      case "edge":
        draft.put("edges", message.id, message);
        break;
      case "edgeGone":
        draft.drop("edges", message.id);
        break;
      case "flight":
        draft.put("flights", message.id, message);
        break;
      case "signal":
        draft.put("signals", message.id, message);
        break;
      case "pulse":
        draft.put("pulses", message.id, message);
        break;
      case "birth":
        draft.put("births", message.node, message);
        break;
      case "death":
        draft.put("deaths", message.node, message);
        break;
      case "restart":
        draft.put("restarts", message.new, message);
        break;
      case "supervision":
        draft.put("supervisions", message.node, message);
        break;
      case "stats":
        draft.put("stats", message.node, message);
        break;
      case "island":
        draft.put("islands", message.number, message);
        break;
      case "islandGone":
        draft.drop("islands", message.number);
        break;
      case "nodeWire":
        draft.put("wires", wireKey(message.a, message.b), message);
        break;
      case "nodeWireGone":
        draft.drop("wires", wireKey(message.a, message.b));
        break;
      case "counts":
        draft.assign({ counts: message });
        break;
      default:
        break;
    }
  }
  for (const message of takens) draft.put("takings", message.envelope.id, taking(scene, draft.done(), message));
  return draft.done();
}

/** How a taken message is shown: from its place in the mailbox, and not before it has landed there. */
function taking(before: Scene, now: Scene, { node, envelope, at, skipped }: p.Taken): Taking {
  const flight = now.flights.get(envelope.id);
  const known = before.mailboxes.get(node)?.first.findIndex((e) => e.id === envelope.id) ?? -1;
  return {
    node,
    label: envelope.label,
    shape: envelope.shape,
    index: known === -1 ? skipped : known,
    start: flight ? Math.max(at, flight.start + flight.duration) : at,
    duration: takingTime,
  };
}
