package storetest

import (
	"context"
	"time"

	"sereno/bot"
	"sereno/bot/sla"
)

// paged adds pages of the persons, a minute apart from noon on.
func (s *suite) paged(ps ...*bot.PageRecord) {
	s.Helper()
	s.update(func(ctx context.Context, tx bot.Tx) error {
		for n, p := range ps {
			p.At = after(time.Duration(n) * time.Minute)
			if err := tx.AddPage(ctx, p); err != nil {
				return err
			}
		}
		return nil
	})
}

// openPage is the person of whom it is and its clock, "" when there is none.
func (s *suite) openPage(person string, since time.Time) (clock string) {
	s.Helper()
	s.update(func(ctx context.Context, tx bot.Tx) error {
		p, err := tx.OpenPage(ctx, person, since)
		if err != nil {
			s.fails(err, bot.ErrNotFound)
			clock = ""
			return nil
		}
		clock = p.Clock
		return nil
	})
	return clock
}

// clocks are the clocks of pages, which tell them apart.
func clocks(ps []bot.PageRecord) []string {
	out := []string{}
	for _, p := range ps {
		out = append(out, p.Clock)
	}
	return out
}

var pages = []promise{
	{"a page is read back whole, by its ID and by its delivery, and so is what became of it", func(s *suite) {
		want := bot.PageRecord{
			Incident: 7, Person: "luis", Platform: "t", Address: "U1", Clock: "resolution", Reason: "at_risk",
			Severity: "critical", Step: 1, Round: 2, Rule: 3, Drill: true, Delivery: 9, At: noon,
		}
		s.paged(&want)
		for n := range 2 {
			s.view(func(ctx context.Context, tx bot.Tx) error {
				got, err := tx.PageAt(ctx, want.ID)
				s.ok(err)
				s.equal(*got, want)
				got, err = tx.PageBy(ctx, 9)
				s.ok(err)
				s.equal(*got, want)
				return nil
			})
			if n == 0 {
				want.Accepted, want.Delivered, want.Seen, want.Acted, want.Failed = after(1000), after(2000), after(3000), after(4000), after(5000)
				want.Cause = "no such user"
				s.update(func(ctx context.Context, tx bot.Tx) error { return tx.SavePage(ctx, want) })
			}
		}
	}},
	{"a page that is not there is not found", func(s *suite) {
		s.paged(&bot.PageRecord{Person: "luis"})
		s.update(func(ctx context.Context, tx bot.Tx) error {
			_, err := tx.PageAt(ctx, 99)
			s.fails(err, bot.ErrNotFound)
			_, err = tx.PageBy(ctx, 0)
			s.fails(err, bot.ErrNotFound)
			_, err = tx.PageBy(ctx, 99)
			s.fails(err, bot.ErrNotFound)
			s.fails(tx.SavePage(ctx, bot.PageRecord{ID: 99}), bot.ErrNotFound)
			return nil
		})
	}},
	{"the page of a delivery is the one whose message it is, not those put into it", func(s *suite) {
		own := &bot.PageRecord{Person: "luis", Clock: "own", Delivery: 5}
		s.paged(own)
		s.paged(&bot.PageRecord{Clock: "a", Delivery: 5, Group: own.ID}, &bot.PageRecord{Clock: "b", Delivery: 5, Group: own.ID})
		s.view(func(ctx context.Context, tx bot.Tx) error {
			p, err := tx.PageBy(ctx, 5)
			s.ok(err)
			s.equal(p.Clock, "own")
			in, err := tx.PagesIn(ctx, own.ID, 0)
			s.ok(err)
			s.equal(clocks(in), []string{"a", "b"})
			first, err := tx.PagesIn(ctx, own.ID, 1)
			s.ok(err)
			s.equal(clocks(first), []string{"a"})
			none, err := tx.PagesIn(ctx, 0, 0)
			s.equal(len(none), 0)
			return err
		})
	}},
	{"the pages of several deliveries are found at once, each before those put into it", func(s *suite) {
		first, second := &bot.PageRecord{Clock: "first", Delivery: 5}, &bot.PageRecord{Clock: "second", Delivery: 6}
		s.paged(first, second)
		s.paged(&bot.PageRecord{Clock: "b", Group: second.ID}, &bot.PageRecord{Clock: "a", Delivery: 5, Group: first.ID}, &bot.PageRecord{Clock: "c", Group: second.ID})
		s.paged(&bot.PageRecord{Clock: "nobody's"})
		for deliveries, want := range map[[3]int64][]string{
			{6, 99, 5}: {"first", "a", "second", "b", "c"}, {0, 6, 0}: {"second", "b", "c"}, {0, 98, 99}: {},
		} {
			s.update(func(ctx context.Context, tx bot.Tx) error {
				got, err := tx.PagesFor(ctx, deliveries[:]...)
				s.equal(clocks(got), want)
				return err
			})
			s.view(func(ctx context.Context, tx bot.Tx) error {
				got, err := tx.PagesFor(ctx, deliveries[:]...)
				s.equal(clocks(got), want)
				return err
			})
		}
	}},
	{"pages are listed by incident and by when they were decided, oldest first", func(s *suite) {
		s.paged(&bot.PageRecord{Incident: 1, Clock: "a"}, &bot.PageRecord{Incident: 2, Clock: "b"}, &bot.PageRecord{Incident: 1, Clock: "c"})
		s.view(func(ctx context.Context, tx bot.Tx) error {
			of, err := tx.PagesOf(ctx, 1)
			s.ok(err)
			s.equal(clocks(of), []string{"a", "c"})
			between, err := tx.PagesBetween(ctx, after(time.Minute), after(2*time.Minute))
			s.ok(err)
			s.equal(clocks(between), []string{"b"})
			all, err := tx.PagesBetween(ctx, noon, after(time.Hour))
			s.equal(clocks(all), []string{"a", "b", "c"})
			return err
		})
	}},
	{"the open page is the person's newest that has a message of its own and that nobody acted on", func(s *suite) {
		old, acted, failed, into, last := &bot.PageRecord{Person: "luis", Clock: "old"}, &bot.PageRecord{Person: "luis", Clock: "acted"},
			&bot.PageRecord{Person: "luis", Clock: "failed"}, &bot.PageRecord{Person: "luis", Clock: "into", Group: 1},
			&bot.PageRecord{Person: "ana", Clock: "ana's"}
		s.paged(old, acted, failed, into, last)
		s.equal(s.openPage("luis", noon), "failed")
		s.update(func(ctx context.Context, tx bot.Tx) error {
			acted.Acted, failed.Failed = after(time.Hour), after(time.Hour)
			s.ok(tx.SavePage(ctx, *acted))
			return tx.SavePage(ctx, *failed)
		})
		s.equal(s.openPage("luis", noon), "old")
		s.equal(s.openPage("luis", after(time.Microsecond)), "")
		s.equal(s.openPage("ana", noon), "ana's")
		s.equal(s.openPage("vera", noon), "")
	}},
	{"what a team missed is taken once, what was due first first, and another team's stays", func(s *suite) {
		add := func(m bot.Missed) {
			s.Helper()
			s.update(func(ctx context.Context, tx bot.Tx) error { return tx.AddMissed(ctx, m) })
		}
		late := bot.Missed{Team: "a", Incident: 1, Clock: sla.Resolution, Cycle: 2, Due: after(time.Hour)}
		own := bot.Missed{Team: "a", Incident: 1, Clock: sla.Resolution, Cycle: 2, Own: true, Due: noon}
		other := bot.Missed{Team: "b", Incident: 1, Clock: sla.Resolution, Cycle: 1, Due: noon}
		for _, m := range []bot.Missed{late, late, own, other} {
			add(m)
		}
		take := func(team string, want ...bot.Missed) {
			s.Helper()
			s.update(func(ctx context.Context, tx bot.Tx) error {
				got, err := tx.TakeMissed(ctx, team)
				s.equal(len(got), len(want))
				if len(want) > 0 {
					s.equal(got, want)
				}
				return err
			})
		}
		take("a", own, late)
		take("a")
		take("b", other)
	}},
}
