/*
 * The protocol of tenure once more, for Spin: written for itself, from the rules and not from the TypeScript model beside it. One process
 * with one loop, each of whose options is one d_step, so that Spin stores exactly one state for each state of the protocol.
 *
 * Given with -D: N processes, L and D in ticks, W writes, C crashes, R revocations, B restores; and at most one mutant, M_<name>.
 * The write with number w says who holds (1 more than the process, 0: nobody), at which epoch, and which write it replaces.
 */
#define UNSEEN 15

byte holder[W + 1], epoch[W + 1], revoked[W + 1], replaces[W + 1];
byte record, sent = 1, used, published, fence, copied, copy, revocations;
/* One bit a write: it took effect. */
byte effective;

/* Of a process: what it saw, whether that was an older copy, for how many ticks it has stood. */
byte seen[N] = UNSEEN, older[N], stood[N], dead[N];
/* The term it leads, and the ticks in which it may still begin something; an epoch under which it writes at the resource. */
byte term[N], left[N], writing[N];
/* Its request: on the way (1), in effect (2), refused (3). What it gave up, and whether that is still on the way. */
byte ask[N], where[N], askLeft[N], late[N], lateOnTheWay[N], lateLeft[N];

#define OLD (epoch[record] < published)
#ifdef M_older_copy_is_believed
#define IS_OLD 0
#else
#define IS_OLD OLD
#endif
#define IN_EFFECT(w) ((effective >> ((w) - 1)) & 1)
#define CLAIM(w) (epoch[w] > epoch[replaces[w]])

/* When is the term before over? */
#define EXPIRED(i) (stood[i] >= L)
#define FREE(i) (!older[i] && holder[seen[i]] == 0)
#define PROVED_DEAD(i) (!older[i] && holder[seen[i]] > 0 && dead[holder[seen[i]] - 1])
#define RIGHTLY_OVER(i) (EXPIRED(i) || FREE(i) || PROVED_DEAD(i))
#if defined(M_held_is_free)
#define OVER(i) 1
#elif defined(M_half_the_lease_is_enough)
#define OVER(i) (RIGHTLY_OVER(i) || stood[i] >= 1)
#elif defined(M_revoked_is_free)
#define OVER(i) (RIGHTLY_OVER(i) || revoked[seen[i]])
#elif defined(M_anybody_dead_will_do)
#define OVER(i) (RIGHTLY_OVER(i) || (!older[i] && (dead[0] || dead[1] || dead[N - 1])))
#elif defined(M_free_is_waited_out)
#define OVER(i) (RIGHTLY_OVER(i) && (holder[seen[i]] != 0 || EXPIRED(i)))
#elif defined(M_nothing_expires)
#define OVER(i) (FREE(i) || PROVED_DEAD(i))
#else
#define OVER(i) RIGHTLY_OVER(i)
#endif

#ifdef M_age_outlives_renewals
#define UNCHANGED(i) (seen[i] != UNSEEN && epoch[seen[i]] == epoch[record])
#else
#define UNCHANGED(i) (seen[i] == record)
#endif
#ifdef M_swap_compares_nothing
#define SWAPS(w) 1
#else
#define SWAPS(w) (record == replaces[w])
#endif
#ifdef M_validity_counts_from_the_answer
#define ANSWER_BRINGS(i) D
#else
#define ANSWER_BRINGS(i) askLeft[i]
#endif
#ifdef M_late_success_counts_from_its_sight
#define SIGHT_BRINGS(i) D
#else
#define SIGHT_BRINGS(i) lateLeft[i]
#endif
#ifdef M_epoch_from_the_record_alone
#define NEW_EPOCH(i) (epoch[seen[i]] + 1)
#else
#define NEW_EPOCH(i) ((epoch[seen[i]] > used -> epoch[seen[i]] : used) + 1)
#endif
#ifdef M_renewed_past_the_deadline
#define MAY_RENEW(i) 1
#else
#define MAY_RENEW(i) (left[i] > 0)
#endif
#ifdef M_released_at_work
#define WORK_ENDED(i) 1
#else
#define WORK_ENDED(i) (writing[i] == 0)
#endif
#ifdef M_acts_past_the_deadline
#define MAY_ACT(i) 1
#else
#define MAY_ACT(i) (left[i] > 0)
#endif
#ifdef M_fence_lets_everybody_in
#define LET_IN(i) 1
#else
#define LET_IN(i) (writing[i] >= fence)
#endif

inline step_down(i) { term[i] = 0; left[i] = 0 }
inline drop_ask(i) { ask[i] = 0; where[i] = 0; askLeft[i] = 0 }
inline drop_late(i) { late[i] = 0; lateOnTheWay[i] = 0; lateLeft[i] = 0 }

/* At which epoch, its caller has said. */
inline request(i, who, ticks) {
  ask[i] = sent;
  where[i] = 1;
  askLeft[i] = ticks;
  holder[sent] = who;
  replaces[sent] = seen[i];
  sent++
}

/* A request of its own was seen to stand. */
inline succeed(i, w, ticks) {
  assert(IN_EFFECT(w)); /* a success that was none */
  if
  :: holder[w] != 0 && CLAIM(w) && ticks > 0 -> term[i] = epoch[w]; left[i] = ticks
  :: holder[w] != 0 && !(CLAIM(w) && ticks > 0) && term[i] == epoch[w] && ticks > left[i] -> left[i] = ticks
  :: else
  fi
}

inline take_effect(w) {
  assert(record == replaces[w]); /* a committed write lost */
  if
  :: CLAIM(w) ->
    assert(epoch[w] > published); /* an epoch twice */
    published = epoch[w]
  :: else -> assert(holder[w] == 0 || epoch[w] >= published) /* an older epoch renewed */
  fi;
  record = w;
  effective = effective | (1 << (w - 1))
}

inline look(i) {
  if
  :: !UNCHANGED(i) || older[i] != IS_OLD -> stood[i] = 0
  :: else
  fi;
  seen[i] = record;
  older[i] = IS_OLD;
  if
  :: late[i] && late[i] == record && !older[i] -> succeed(i, record, SIGHT_BRINGS(i)); drop_late(i)
  :: late[i] && !(late[i] == record && !older[i]) && record != replaces[late[i]] -> drop_late(i)
  :: else
  fi;
  if
  :: term[i] && (left[i] == 0 || older[i] || epoch[record] != term[i] || holder[record] != i + 1 || revoked[record]) -> step_down(i)
  :: else
  fi
}

inline hear(i) {
  if
  :: where[i] == 2 ->
    seen[i] = ask[i];
    older[i] = 0;
    stood[i] = 0;
    succeed(i, ask[i], ANSWER_BRINGS(i));
    drop_late(i)
  :: else
  fi;
  drop_ask(i)
}

inline give_up(i, onTheWay) {
#ifdef M_unknown_is_success
  succeed(i, ask[i], askLeft[i]);
#endif
  late[i] = ask[i];
  lateOnTheWay[i] = onTheWay;
  lateLeft[i] = askLeft[i];
  drop_ask(i)
}

inline die(i) {
  dead[i] = 1;
  step_down(i);
  seen[i] = UNSEEN;
  older[i] = 0;
  stood[i] = 0;
  askLeft[i] = 0;
  lateLeft[i] = 0;
  if
  :: where[i] != 1 -> drop_ask(i)
  :: else
  fi;
  if
  :: !lateOnTheWay[i] -> drop_late(i)
  :: else
  fi
}

/* The connections to a store that was started again from a copy are gone, and with them what was read by them. */
inline cut_off(i) {
  seen[i] = UNSEEN;
  older[i] = 0;
  stood[i] = 0;
  if
  :: where[i] == 2 -> late[i] = ask[i]; lateLeft[i] = askLeft[i]; lateOnTheWay[i] = 0
  :: where[i] != 2 && lateOnTheWay[i] -> drop_late(i)
  :: else
  fi;
  drop_ask(i)
}

#define LESS(x) x = (x > 0 -> x - 1 : 0)
inline wait_a_tick(i) {
  stood[i] = ((seen[i] != UNSEEN && stood[i] < L) -> stood[i] + 1 : stood[i]);
  LESS(left[i]);
  LESS(askLeft[i]);
  LESS(lateLeft[i])
}

#define IN_OFFICE(i) (term[i] > 0 && left[i] > 0)
#define WITHHELD(i) (!dead[i] && seen[i] != UNSEEN && !ask[i] && !term[i] && !OVER(i) && (EXPIRED(i) || FREE(i)))
#if N == 3
#define DEATHS (dead[0] + dead[1] + dead[2])
#define ALL(do_it) do_it(0); do_it(1); do_it(2)
#define TWO_LEAD ((IN_OFFICE(0) + IN_OFFICE(1) + IN_OFFICE(2)) > 1)
#define ANY_WITHHELD (WITHHELD(0) || WITHHELD(1) || WITHHELD(2))
#else
#define DEATHS (dead[0] + dead[1])
#define ALL(do_it) do_it(0); do_it(1)
#define TWO_LEAD ((IN_OFFICE(0) + IN_OFFICE(1)) > 1)
#define ANY_WITHHELD (WITHHELD(0) || WITHHELD(1))
#endif

inline check() {
  assert(!TWO_LEAD); /* two in office */
  assert(!ANY_WITHHELD) /* a free or an expired lease withheld */
}

/* `awake`: it can take a step of its own; `idle`: and waits for no answer. */
#define awake(i) (!dead[i])
#define idle(i) (!dead[i] && ask[i] == 0)
#define informed(i) (idle(i) && seen[i] != UNSEEN && sent <= W)

#define STEPS_OF(i) \
  :: d_step { idle(i) -> look(i); check() } \
  :: d_step { informed(i) && !term[i] && OVER(i) -> \
       epoch[sent] = NEW_EPOCH(i); request(i, i + 1, D); \
       used = (epoch[ask[i]] > used -> epoch[ask[i]] : used); check() } \
  :: d_step { informed(i) && term[i] && holder[seen[i]] == i + 1 && epoch[seen[i]] == term[i] && !older[i] && !revoked[seen[i]] && MAY_RENEW(i) -> \
       assert(left[i] > 0); /* renewal out of office */ \
       epoch[sent] = term[i]; request(i, i + 1, D); check() } \
  :: d_step { informed(i) && holder[seen[i]] == i + 1 && !older[i] && WORK_ENDED(i) -> \
       assert(writing[i] == 0); /* release during work */ \
       epoch[sent] = epoch[seen[i]]; request(i, 0, 0); STEP_DOWN(i); check() } \
  :: d_step { where[i] == 1 -> \
       if :: SWAPS(ask[i]) -> take_effect(ask[i]); where[i] = 2 :: else -> where[i] = 3 fi; \
       if :: dead[i] -> drop_ask(i) :: else fi; check() } \
  :: d_step { awake(i) && where[i] >= 2 -> hear(i); check() } \
  :: d_step { awake(i) && where[i] == 1 -> LOSE(i); check() } \
  :: d_step { awake(i) && where[i] == 1 && !late[i] -> give_up(i, 1); check() } \
  :: d_step { awake(i) && where[i] == 2 -> give_up(i, 0); check() } \
  :: d_step { lateOnTheWay[i] -> lateOnTheWay[i] = 0; \
       if :: SWAPS(late[i]) -> take_effect(late[i]); if :: dead[i] -> drop_late(i) :: else fi \
          :: else -> drop_late(i) fi; check() } \
  :: d_step { lateOnTheWay[i] -> drop_late(i); check() } \
  :: d_step { awake(i) && DEATHS < C -> die(i); check() } \
  :: d_step { awake(i) && IN_OFFICE(i) && fence < term[i] -> fence = term[i]; check() } \
  :: d_step { awake(i) && term[i] && fence >= term[i] && !writing[i] && MAY_ACT(i) -> \
       assert(left[i] > 0); /* begun out of office */ \
       writing[i] = term[i]; check() } \
  :: d_step { writing[i] -> \
       if :: LET_IN(i) -> assert(writing[i] >= fence); /* a late write let in */ fence = writing[i] :: else fi; \
       writing[i] = 0; check() }

#ifdef M_leads_on_after_release
#define STEP_DOWN(i) skip
#else
#define STEP_DOWN(i) step_down(i)
#endif
#ifdef M_unknown_is_success
#define LOSE(i) succeed(i, ask[i], askLeft[i]); drop_ask(i)
#else
#define LOSE(i) drop_ask(i)
#endif

active proctype everybody() {
  do
  STEPS_OF(0)
  STEPS_OF(1)
#if N == 3
  STEPS_OF(2)
#endif
  :: d_step { true -> ALL(wait_a_tick); check() }
  :: d_step { sent <= W && revocations < R && holder[record] && !revoked[record] && !IS_OLD ->
       holder[sent] = holder[record];
       epoch[sent] = epoch[record];
       replaces[sent] = record;
       record = sent;
       sent++;
       revoked[record] = 1;
       effective = effective | (1 << (record - 1));
       revocations++; check() }
  :: d_step { copied < B -> copied = 1; copy = record; check() }
  :: d_step { copied == 1 && copy != record -> copied = 2; record = copy; copy = 0; ALL(cut_off); check() }
  od
}
