import type { EvidenceKind } from "@tenure/schema";

/** Words by which a kind of line shows itself; all expressions must be found. The first guess that fits counts. */
interface Guess {
  readonly kind: EvidenceKind;
  readonly words: readonly RegExp[];
  /** None of this may be there. */
  readonly except?: RegExp;
  /** What the words do not settle. */
  readonly doubt?: string;
}

const office = /\b(?:leases?|leader(?:ship)?|locks?|duty|master|primary|mutex|claim|election)\b/iu;
const renew =
  /\b(?:renew(?:ed|al|ing|s)?|refresh(?:ed|ing)?|extend(?:ed|ing)?|prolong(?:ed)?|kept|keep-?alive|heart-?beat)\b/iu;
const failed = /\b(?:fail(?:ed|ure|s)?|error|could not|cannot|unable|refused|rejected)\b/iu;

const service = /\b(?:service|agent|daemon|thread|loop|keeper|renewer)\b/iu;

const guesses: readonly Guess[] = [
  {
    kind: "killed",
    words: [
      /\b(?:kill(?:ing|s)?|sigkill|sigabrt|force-?kill(?:ed|ing)?)\b/iu,
      /\b(?:pid|process|worker|child|leader|holder)\b/iu,
    ],
    except: /\b(?:out of memory|oom|fail(?:ed)?|not)\b/iu,
  },
  {
    kind: "gave-up",
    words: [
      /\b(?:re-?starts?|respawns?|starts|crashes)\b/iu,
      /\b(?:too many|giv(?:es?|ing) up|gave up|exhausted|(?:limit|max(?:imum)?)\b.*\b(?:reached|exceeded|hit|tripped))\b/iu,
    ],
  },
  { kind: "renew-skipped", words: [renew, /\bskip(?:ped|ping)?\b/iu] },
  { kind: "renew-failed", words: [renew, failed] },
  { kind: "renewer-started", words: [renew, service, /\b(?:start(?:ed|ing)?|up)\b/iu], except: /\bcycle\b/iu },
  { kind: "renewer-stopped", words: [renew, service, /\b(?:stopp(?:ed|ing)|down)\b/iu], except: /\bcycle\b/iu },
  {
    kind: "renewer-cycle",
    words: [renew, /\b(?:cycle|round|tick|registry)\b/iu],
    doubt: "one line a round is enough: leave out the others",
  },
  {
    kind: "acquired",
    words: [office, /\b(?:took over|acquired|became|becomes|elected|won|now leads?)\b/iu],
    except: /\b(?:not|no|fail(?:ed)?)\b/iu,
  },
  { kind: "lost", words: [office, /\b(?:lost|compromised|no longer|taken away|deposed)\b/iu] },
  {
    kind: "released",
    words: [
      office,
      /\b(?:releas(?:ed|ing)|relinquish(?:ed)?|gave up|given up|step(?:ped|ping) down|resign(?:ed)?|handed (?:in|over|back)|unlock(?:ed)?)\b/iu,
    ],
  },
  {
    kind: "held-seen",
    words: [office, /\b(?:valid for|still held|healthy|held by|remaining|expires in|lasts|alive)\b/iu],
    except: /\b(?:no|not|without|un-?healthy)\b/iu,
    doubt: "whether somebody polls the lease here, or its holder speaks of itself",
  },
  { kind: "expired-seen", words: [office, /\b(?:expired|stale|timed out|is over|lapsed|overdue)\b/iu] },
  {
    kind: "acquired",
    words: [
      office,
      /\b(?:acquir(?:ed|es)|became|becomes|took|taken|obtained|elected|won|promoted|claimed|granted|now leads?)\b/iu,
    ],
  },
  {
    kind: "renewed",
    words: [office, /\b(?:renew(?:ed|s)?|refreshed|extended|prolonged|kept|keep-?alive|heart-?beat|updated)\b/iu],
    doubt: "whether the holder renews itself, or a service says that it renewed for it (then renew-claimed)",
  },
  {
    kind: "exited",
    words: [
      /\b(?:exit(?:ed)?|reaped|terminated|died|crashed|killed)\b/iu,
      /\b(?:code|status|signal|pid|process|worker|exited)\b/iu,
    ],
  },
  {
    kind: "spawned",
    words: [/\b(?:spawn(?:ed)?|fork(?:ed)?|launched|started)\b/iu, /\b(?:pid|process|worker|child|forked|spawned)\b/iu],
  },
  { kind: "unregistered", words: [/\b(?:un-?registered|deregistered|signed off|goodbye|left)\b/iu] },
  { kind: "registered", words: [/\b(?:registered|signed on|hello|joined)\b/iu] },
  { kind: "poller-started", words: [/\b(?:watchdog|monitor|supervisor|guard)\b/iu, /\b(?:started|up|begins)\b/iu] },
  { kind: "poller-stopped", words: [/\b(?:watchdog|monitor|supervisor|guard)\b/iu, /\b(?:stopped|down|ends)\b/iu] },
  {
    kind: "setting",
    words: [/\b(?:interval|ttl|timeout|duration|grace|every)\b/iu],
    doubt: "which setting it is: set.label is to be leaseDuration, renewInterval or poll",
  },
  { kind: "waiting", words: [/\b(?:waiting|sleeping|sleeps|rests|backing off|back-?off)\b/iu] },
];

/** Lines about a lease that no guess fits are shown to whoever finishes the draft. */
export function isOfOffice(message: string): boolean {
  return office.test(message) || renew.test(message);
}

export function guessOf(message: string): Guess | null {
  return (
    guesses.find(({ words, except }) => words.every((word) => word.test(message)) && except?.test(message) !== true) ??
    null
  );
}

const touched = /\b(?:locked|wrote|written|writing|saved|saving|updated|opened|touched|stored|flushed|persisted)\b/iu;
const untouched = /\b(?:fail(?:ed)?|error|could not|cannot|unable|unlocked|skip(?:ped|ping)?)\b/iu;

/** Whether somebody wrote something, or took hold of it to write: "locked" and "unlocked" are two things. */
export function tellsOfWriting(message: string): boolean {
  return touched.test(message) && !untouched.test(message);
}

/** A line that names the file in which the lease is kept: who writes it may renew by that, where it keeps the beat. */
export function touchOf(message: string, files: readonly string[]): Guess | null {
  const isNamed = files.some((file) => file !== "" && message.includes(`${file}.`));
  if (!isNamed || !tellsOfWriting(message)) return null;
  return { kind: "touched", words: [], doubt: "whether it is by this that the holder renews" };
}

/** What a process printed, as another one's log shows it: text of any kind, and no event of that log. */
export function isRelayed(message: string): boolean {
  return /^(?:stderr|stdout|output)\b/iu.test(message);
}
