package storetest

import (
	"context"
	"errors"
	"time"

	"sereno/bot"
)

// set sets timers of incident 1 for minutes after noon, by kind.
func (s *suite) set(ts ...bot.Timer) {
	s.Helper()
	s.update(func(ctx context.Context, tx bot.Tx) error {
		for _, t := range ts {
			if err := tx.SetTimer(ctx, t); err != nil {
				return err
			}
		}
		return nil
	})
}

// take takes the earliest timer that is due and answers its kind, "" for none.
func (s *suite) take(now time.Time) (kind string) {
	s.Helper()
	s.update(func(ctx context.Context, tx bot.Tx) error {
		kind = ""
		ts, err := tx.TakeTimers(ctx, now, 1)
		if len(ts) > 0 {
			kind = ts[0].Kind
		}
		return err
	})
	return kind
}

// waiting are the kinds of the timers that wait.
func (s *suite) waiting(incident, limit int) []string {
	s.Helper()
	out := []string{}
	s.view(func(ctx context.Context, tx bot.Tx) error {
		ts, err := tx.Timers(ctx, incident, limit)
		for _, t := range ts {
			out = append(out, t.Kind)
		}
		return err
	})
	return out
}

var timers = []promise{
	{"a timer is found by its kind, incident and subject", func(s *suite) {
		s.set(bot.Timer{Due: after(time.Minute), Kind: "a", Subject: "x", Priority: 3}, bot.Timer{Due: after(time.Hour), Kind: "a", Incident: 1, Subject: "x"})
		s.view(func(ctx context.Context, tx bot.Tx) error {
			found, err := tx.TimerAt(ctx, "a", 0, "x")
			if err != nil {
				return err
			}
			s.equal(found.Due.UTC(), after(time.Minute).UTC())
			s.equal(found.Priority, 3)
			_, err = tx.TimerAt(ctx, "a", 0, "y")
			s.equal(errors.Is(err, bot.ErrNotFound), true)
			return nil
		})
	}},
	{"timers are taken when they are due, earliest first, and are gone then", func(s *suite) {
		s.set(
			bot.Timer{Due: after(2 * time.Minute), Kind: "b", Incident: 1},
			bot.Timer{Due: after(time.Minute), Kind: "a", Incident: 2, Subject: "x"},
			bot.Timer{Due: after(time.Hour), Kind: "c"},
		)
		s.equal(s.take(after(time.Minute-1)), "")
		s.equal(s.take(after(time.Minute)), "a")
		s.equal(s.take(after(2*time.Minute)), "b")
		s.equal(s.take(after(2*time.Minute)), "")
		s.equal(s.waiting(0, 10), []string{"c"})
	}},
	{"the timers of the incidents that a query finds are listed by incident, earliest first", func(s *suite) {
		s.open(report("acme", noon), report("acme", noon))
		s.set(
			bot.Timer{Due: after(time.Hour), Kind: "b", Incident: 1},
			bot.Timer{Due: after(time.Minute), Kind: "a", Incident: 1},
			bot.Timer{Due: after(time.Minute), Kind: "c", Incident: 2},
			bot.Timer{Due: after(time.Minute), Kind: "d"},
		)
		s.view(func(ctx context.Context, tx bot.Tx) error {
			of, err := tx.TimersOf(ctx, bot.IncidentQuery{Limit: 1})
			s.ok(err)
			one, err := tx.Timers(ctx, 1, 0)
			s.equal(len(one), 2)
			s.equal(of, map[int][]bot.Timer{1: one})
			return err
		})
	}},
	{"a timer is never taken before its instant, however little before", func(s *suite) {
		s.set(bot.Timer{Due: after(700), Kind: "a"})
		s.equal(s.take(after(699)), "")
		s.equal(s.take(after(time.Microsecond)), "a")
	}},
	{"a timer is read back whole", func(s *suite) {
		want := bot.Timer{Due: after(time.Second), Kind: "warn", Incident: 7, Subject: "first_response", Priority: 3}
		s.set(want)
		s.update(func(ctx context.Context, tx bot.Tx) error {
			got, err := tx.TakeTimers(ctx, after(time.Second), 1)
			s.ok(err)
			want.ID = got[0].ID
			s.equal(got[0], want)
			return nil
		})
	}},
	{"of those that are due, the urgent ones are taken first, then the earliest, and no more than were asked for", func(s *suite) {
		s.set(
			bot.Timer{Due: noon, Kind: "d", Priority: bot.LeastPriority},
			bot.Timer{Due: after(1000), Kind: "c", Priority: 1},
			bot.Timer{Due: after(3000), Kind: "b"},
			bot.Timer{Due: after(2000), Kind: "a"},
			bot.Timer{Due: after(4000), Kind: "not yet"},
		)
		taken := func(max int) (kinds []string) {
			s.update(func(ctx context.Context, tx bot.Tx) error {
				ts, err := tx.TakeTimers(ctx, after(3000), max)
				kinds = nil
				for _, t := range ts {
					kinds = append(kinds, t.Kind)
				}
				return err
			})
			return kinds
		}
		s.equal(taken(3), []string{"a", "b", "c"})
		s.equal(taken(3), []string{"d"})
		s.equal(taken(3), []string(nil))
	}},
	{"a timer is put off if it is still there", func(s *suite) {
		s.set(bot.Timer{Due: noon, Kind: "a"}, bot.Timer{Due: after(1000), Kind: "b"})
		s.update(func(ctx context.Context, tx bot.Tx) error {
			ts, err := tx.TakeTimers(ctx, noon, 1)
			s.ok(err)
			s.ok(tx.PutOffTimer(ctx, ts[0].ID, after(time.Hour))) // it is gone
			all, err := tx.Timers(ctx, 0, 0)
			s.ok(err)
			return tx.PutOffTimer(ctx, all[0].ID, after(time.Minute))
		})
		s.equal(s.waiting(0, 0), []string{"b"})
		s.equal(s.take(after(time.Second)), "")
		s.equal(s.take(after(time.Minute)), "b")
	}},
	{"a priority out of range is the nearest in it", func(s *suite) {
		s.set(bot.Timer{Due: noon, Kind: "b", Priority: 99}, bot.Timer{Due: after(1000), Kind: "a", Priority: -1})
		s.equal(s.take(after(1000)), "a")
		s.equal(s.take(after(1000)), "b")
	}},
	{"setting a timer again moves it and its priority", func(s *suite) {
		s.set(bot.Timer{Due: noon, Kind: "a", Priority: 2}, bot.Timer{Due: noon, Kind: "b", Priority: 1})
		s.set(bot.Timer{Due: noon, Kind: "a"})
		s.equal(s.take(noon), "a")
		s.equal(s.take(noon), "b")
	}},
	{"setting a timer again moves it", func(s *suite) {
		s.set(bot.Timer{Due: noon, Kind: "a", Incident: 1, Subject: "x"})
		s.set(bot.Timer{Due: after(time.Hour), Kind: "a", Incident: 1, Subject: "x"})
		s.equal(s.take(noon), "")
		s.equal(s.take(after(time.Hour)), "a")
		s.equal(s.take(after(time.Hour)), "")
	}},
	{"kind, incident and subject together make a timer another one", func(s *suite) {
		s.set(
			bot.Timer{Due: noon, Kind: "a", Incident: 1, Subject: "x"}, bot.Timer{Due: noon, Kind: "a", Incident: 1, Subject: "y"},
			bot.Timer{Due: noon, Kind: "a", Incident: 2, Subject: "x"}, bot.Timer{Due: noon, Kind: "b", Incident: 1, Subject: "x"},
		)
		s.equal(len(s.waiting(0, 10)), 4)
	}},
	{"timers are cancelled one by one, by kind, and all of an incident", func(s *suite) {
		all := []bot.Timer{
			{Due: noon, Kind: "a", Incident: 1, Subject: "x"},
			{Due: after(1000), Kind: "b", Incident: 1},
			{Due: after(2000), Kind: "c", Incident: 1},
			{Due: after(3000), Kind: "d", Incident: 1},
			{Due: after(4000), Kind: "a", Incident: 2},
		}
		s.set(all...)
		s.update(func(ctx context.Context, tx bot.Tx) error {
			s.ok(tx.CancelTimer(ctx, "a", 1, "not there"))
			return tx.CancelTimer(ctx, "a", 1, "x")
		})
		s.equal(s.waiting(0, 10), []string{"b", "c", "d", "a"})
		s.update(func(ctx context.Context, tx bot.Tx) error { return tx.CancelTimers(ctx, 1, "b", "c", "a") })
		s.equal(s.waiting(0, 10), []string{"d", "a"})
		s.update(func(ctx context.Context, tx bot.Tx) error { return tx.CancelTimers(ctx, 1) })
		s.equal(s.waiting(0, 10), []string{"a"})
	}},
	{"timers are listed earliest first, of one incident or all, at most so many or all", func(s *suite) {
		s.set(
			bot.Timer{Due: after(3 * time.Second), Kind: "c", Incident: 1}, bot.Timer{Due: after(time.Second), Kind: "a", Incident: 1},
			bot.Timer{Due: after(2 * time.Second), Kind: "b", Incident: 2},
		)
		s.equal(s.waiting(0, 10), []string{"a", "b", "c"})
		s.equal(s.waiting(1, 10), []string{"a", "c"})
		s.equal(s.waiting(0, 2), []string{"a", "b"})
		s.equal(s.waiting(0, 0), []string{"a", "b", "c"})
		s.equal(s.waiting(1, 0), []string{"a", "c"})
	}},
	{"a timer whose handling fails is there again", func(s *suite) {
		s.set(bot.Timer{Due: noon, Kind: "a"})
		s.fails(s.Update(s.Context(), func(tx bot.Tx) error {
			if _, err := tx.TakeTimers(s.Context(), noon, 1); err != nil {
				return err
			}
			return errMine
		}), errMine)
		s.equal(s.take(noon), "a")
	}},
}
