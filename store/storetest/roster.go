package storetest

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"sereno/bot"
	"sereno/bot/oncall"
)

var roster = []promise{
	{"overrides are listed where they have a part in the time, in the order in which they were made", func(s *suite) {
		for _, o := range []*oncall.Override{
			{Schedule: "s", Person: "b", Start: after(2 * time.Hour), End: after(4 * time.Hour), By: "x", For: "y", Swap: 7, At: noon},
			{Schedule: "s", Person: "a", Start: noon, End: after(2 * time.Hour)},
			{Schedule: "s", Person: "c", Start: after(5 * time.Hour), End: after(6 * time.Hour)},
		} {
			s.update(func(ctx context.Context, tx bot.Tx) error {
				err := tx.AddOverride(ctx, o)
				if o.ID == 0 {
					s.Error("the override got no ID")
				}
				return err
			})
		}
		list := func(from, to time.Time) (people []string) {
			s.view(func(ctx context.Context, tx bot.Tx) error {
				all, err := tx.Overrides(ctx, from, to)
				for _, o := range all {
					people = append(people, o.Person)
				}
				return err
			})
			return people
		}
		s.equal(list(after(time.Hour), after(3*time.Hour)), []string{"b", "a"})
		s.equal(list(after(2*time.Hour), after(5*time.Hour)), []string{"b"}) // both ends are open
		s.equal(list(after(2*time.Hour), time.Time{}), []string{"b", "c"})
		s.equal(list(time.Time{}, time.Time{}), []string{"b", "a", "c"})
		s.view(func(ctx context.Context, tx bot.Tx) error {
			all, err := tx.Overrides(ctx, after(3*time.Hour), after(4*time.Hour))
			s.ok(err)
			s.equal(all, []oncall.Override{{
				ID: all[0].ID, Schedule: "s", Person: "b", Start: after(2 * time.Hour), End: after(4 * time.Hour), By: "x", For: "y", Swap: 7, At: noon,
			}})
			return nil
		})
		s.update(func(ctx context.Context, tx bot.Tx) error { return tx.DropOverride(ctx, 1) })
		s.equal(list(noon, after(10*time.Hour)), []string{"a", "c"})
		s.fails(s.Update(s.Context(), func(tx bot.Tx) error { return tx.DropOverride(s.Context(), 1) }), bot.ErrNotFound)
	}},
	{"absences are kept as overrides are", func(s *suite) {
		want := oncall.Absence{Person: "ana", Start: noon, End: after(48 * time.Hour), Why: "vacaciones", By: "diego", At: noon}
		s.update(func(ctx context.Context, tx bot.Tx) error { return tx.AddAbsence(ctx, &want) })
		s.view(func(ctx context.Context, tx bot.Tx) error {
			all, err := tx.Absences(ctx, after(time.Hour), after(2*time.Hour))
			s.ok(err)
			s.equal(all, []oncall.Absence{want})
			none, err := tx.Absences(ctx, after(48*time.Hour), after(50*time.Hour))
			s.equal(len(none), 0)
			return err
		})
		s.update(func(ctx context.Context, tx bot.Tx) error { return tx.DropAbsence(ctx, want.ID) })
		s.fails(s.Update(s.Context(), func(tx bot.Tx) error { return tx.DropAbsence(s.Context(), want.ID) }), bot.ErrNotFound)
	}},
	{"a request to swap is read back whole, and so is what became of it", func(s *suite) {
		want := bot.Swap{
			Schedule: "s", From: "ana", To: "luis", Start: noon, End: after(time.Hour), State: bot.SwapAsked, At: noon,
			Back: &bot.SwapBack{Schedule: "r", Start: after(2 * time.Hour), End: after(3 * time.Hour)},
		}
		s.update(func(ctx context.Context, tx bot.Tx) error { return tx.AddSwap(ctx, &want) })
		other := bot.Swap{Schedule: "s", From: "luis", To: "ana", Start: noon, End: after(time.Hour), State: bot.SwapAsked, At: noon}
		s.update(func(ctx context.Context, tx bot.Tx) error { return tx.AddSwap(ctx, &other) })
		asked := func(want ...bot.Swap) {
			s.Helper()
			s.view(func(ctx context.Context, tx bot.Tx) error {
				got, err := tx.SwapsAsked(ctx, "ana")
				s.equal(len(got), len(want))
				for i := range min(len(got), len(want)) {
					s.equal(got[i], want[i])
				}
				return err
			})
		}
		asked(want)
		want.State = bot.SwapAccepted
		s.update(func(ctx context.Context, tx bot.Tx) error { return tx.SaveSwap(ctx, want) })
		s.view(func(ctx context.Context, tx bot.Tx) error {
			got, err := tx.SwapAt(ctx, want.ID)
			s.ok(err)
			s.equal(*got, want)
			_, err = tx.SwapAt(ctx, want.ID+9)
			s.fails(err, bot.ErrNotFound)
			return nil
		})
		asked()
		s.fails(s.Update(s.Context(), func(tx bot.Tx) error { return tx.SaveSwap(s.Context(), bot.Swap{ID: 99}) }), bot.ErrNotFound)
	}},
	{"who was told to be on call is kept, and told anew only where it is another or a later time", func(s *suite) {
		tell := func(person string, since time.Time, want bool) {
			s.Helper()
			s.update(func(ctx context.Context, tx bot.Tx) error {
				fresh, err := tx.TellOnCall(ctx, bot.Told{Schedule: "s", Person: person, Since: since})
				s.equal(fresh, want)
				return err
			})
		}
		tell("ana", noon, true)
		tell("ana", noon, false)
		tell("ana", after(-time.Hour), false)
		tell("ana", after(time.Hour), true)
		tell("", time.Time{}, true)
		tell("", time.Time{}, false)
		tell("luis", noon, true)
		s.update(func(ctx context.Context, tx bot.Tx) error {
			_, err := tx.TellOnCall(ctx, bot.Told{Schedule: "r", Person: "tom", Since: noon})
			return err
		})
		list := func(want ...bot.Told) {
			s.Helper()
			s.view(func(ctx context.Context, tx bot.Tx) error {
				got, err := tx.ToldOnCall(ctx)
				s.equal(got, want)
				return err
			})
		}
		list(bot.Told{Schedule: "r", Person: "tom", Since: noon}, bot.Told{Schedule: "s", Person: "luis", Since: noon})
		s.update(func(ctx context.Context, tx bot.Tx) error { return tx.ForgetOnCall(ctx, "r") })
		list(bot.Told{Schedule: "s", Person: "luis", Since: noon})
		s.fails(s.Update(s.Context(), func(tx bot.Tx) error { return tx.ForgetOnCall(s.Context(), "r") }), bot.ErrNotFound)
	}},
	{"the roster that was put in force last is in force", func(s *suite) {
		in := func(want string) {
			s.Helper()
			s.view(func(ctx context.Context, tx bot.Tx) error {
				got, err := tx.RosterInForce(ctx)
				s.equal(got, want)
				return err
			})
		}
		put := func(document string, again bool) {
			s.Helper()
			s.update(func(ctx context.Context, tx bot.Tx) error { return tx.PutRosterInForce(ctx, document, again) })
		}
		in("")
		put("a", false)
		in("a")
		put("b", false)
		put("a", false) // known, and not wanted again
		in("b")
		put("a", true)
		put("a", true)
		in("a")
		put("b", true)
		in("b")
		beside(8, func(n int) {
			if err := s.Update(s.Context(), func(tx bot.Tx) error { return tx.PutRosterInForce(s.Context(), fmt.Sprint(n), true) }); err != nil {
				s.Error(err)
			}
		})
		put("last", false)
		in("last")
	}},
	{"of many who tell the same person at once, one does", func(s *suite) {
		for n, name := range []string{"nobody was told before", "another was"} {
			var fresh atomic.Int64
			beside(8, func(int) {
				told := false
				err := s.Update(s.Context(), func(tx bot.Tx) (err error) {
					if _, err := tx.ToldOnCall(s.Context()); err != nil {
						return err
					}
					told, err = tx.TellOnCall(s.Context(), bot.Told{Schedule: "s", Person: name, Since: after(time.Duration(n) * time.Hour)})
					return err
				})
				if err != nil {
					s.Error(err)
				}
				if told {
					fresh.Add(1)
				}
			})
			s.Log(name)
			s.equal(fresh.Load(), int64(1))
		}
	}},
	{"a secret of the service is made once, and is no other's", func(s *suite) {
		var first, other string
		s.update(func(ctx context.Context, tx bot.Tx) (err error) {
			first, err = tx.Secret(ctx, "links")
			s.ok(err)
			other, err = tx.Secret(ctx, "others")
			return err
		})
		if len(first) != 26 || first == other {
			s.Fatalf("secrets %q and %q", first, other)
		}
		s.view(func(ctx context.Context, tx bot.Tx) error {
			again, err := tx.Secret(ctx, "links")
			s.equal(again, first)
			return err
		})
	}},
	{"a feed's secret is made once, is its owner's alone, and a new one makes the old one void", func(s *suite) {
		var first, other, second string
		s.update(func(ctx context.Context, tx bot.Tx) (err error) {
			first, err = tx.Feed(ctx, "ana")
			s.ok(err)
			other, err = tx.Feed(ctx, "luis")
			return err
		})
		if len(first) != 26 || first == other {
			s.Fatalf("secrets %q and %q", first, other)
		}
		owner := func(secret, want string) {
			s.Helper()
			s.view(func(ctx context.Context, tx bot.Tx) error {
				got, err := tx.FeedOwner(ctx, secret)
				if want == "" {
					s.fails(err, bot.ErrNotFound)
					return nil
				}
				s.equal(got, want)
				return err
			})
		}
		owner(first, "ana")
		owner(other, "luis")
		owner("", "")
		s.view(func(ctx context.Context, tx bot.Tx) error { // it is there, so that a view will do
			again, err := tx.Feed(ctx, "ana")
			s.equal(again, first)
			return err
		})
		s.update(func(ctx context.Context, tx bot.Tx) (err error) {
			second, err = tx.NewFeed(ctx, "ana")
			return err
		})
		owner(first, "")
		owner(second, "ana")
	}},
}
