package storetest

import (
	"context"
	"time"

	"sereno/bot"
	"sereno/bot/incident"
)

// kinds are the kinds of entries, in their order.
func kinds(es []incident.Entry) []string {
	out := []string{}
	for _, e := range es {
		out = append(out, string(e.Kind))
	}
	return out
}

// known is what a transaction knows of an incident.
type known struct {
	Title   string
	History []incident.Entry
	Timers  []string
	Pages   []bot.PageRecord
}

func (s *suite) known(ctx context.Context, tx bot.Tx, number int) (k known) {
	s.Helper()
	inc, err := tx.Incident(ctx, number)
	s.ok(err)
	k.Title = inc.Title
	k.History, err = tx.History(ctx, number)
	s.ok(err)
	timers, err := tx.Timers(ctx, number, 0)
	s.ok(err)
	for _, t := range timers {
		k.Timers = append(k.Timers, t.Kind+t.Subject+t.Due.UTC().String())
	}
	k.Pages, err = tx.PagesOf(ctx, number)
	s.ok(err)
	return k
}

var holds = []promise{
	{"what a transaction changes of incidents that it holds is what it reads of them, and what is there after it", func(s *suite) {
		s.open(report("acme", noon), report("acme", noon))
		page := bot.PageRecord{Incident: 1, Person: "luis", Clock: "old"}
		s.paged(&page)
		s.set(bot.Timer{Due: after(time.Hour), Kind: "a", Incident: 1}, bot.Timer{Due: after(2 * time.Hour), Kind: "b", Incident: 1})
		var seen known
		s.update(func(ctx context.Context, tx bot.Tx) error {
			s.ok(tx.Hold(ctx, 2, 1, 99))
			inc, err := tx.Incident(ctx, 1)
			s.ok(err)
			inc.Title = "otro"
			s.ok(tx.SaveIncident(ctx, inc))
			s.ok(tx.AddEntry(ctx, 1, incident.Entry{At: after(time.Hour), Recorded: after(time.Hour), Kind: "late"}))
			s.ok(tx.AddEntry(ctx, 1, incident.Entry{At: after(time.Minute), Recorded: after(time.Hour), Kind: "early"}))
			s.ok(tx.AddEntry(ctx, 1, incident.Entry{At: after(time.Minute), Recorded: after(time.Hour), Kind: "early2"}))
			s.ok(tx.CancelTimer(ctx, "a", 1, ""))
			s.ok(tx.CancelTimer(ctx, "none", 1, ""))
			s.ok(tx.SetTimer(ctx, bot.Timer{Due: after(time.Minute), Kind: "b", Incident: 1}))
			s.ok(tx.SetTimer(ctx, bot.Timer{Due: after(3 * time.Hour), Kind: "c", Incident: 1, Subject: "x"}))
			s.ok(tx.SetTimer(ctx, bot.Timer{Due: after(3 * time.Hour), Kind: "c", Incident: 1, Subject: "x"}))
			page.Cause = "no such user"
			s.ok(tx.SavePage(ctx, page))
			s.ok(tx.AddPage(ctx, &bot.PageRecord{Incident: 1, Person: "ana", Clock: "new"}))
			seen = s.known(ctx, tx, 1)
			return nil
		})
		s.equal(kinds(seen.History), []string{"early", "early2", "late"})
		s.view(func(ctx context.Context, tx bot.Tx) error {
			s.equal(s.known(ctx, tx, 1), seen)
			s.equal(s.known(ctx, tx, 2).Title, report("acme", noon).Title)
			return nil
		})
	}},
	{"a held incident is found by what was changed of it", func(s *suite) {
		s.open(report("acme", noon))
		s.update(func(ctx context.Context, tx bot.Tx) error {
			s.ok(tx.Hold(ctx, 1))
			inc, err := tx.Incident(ctx, 1)
			s.ok(err)
			inc.Team, inc.Escalation.Active = "platform", true
			return tx.SaveIncident(ctx, inc)
		})
		s.view(func(ctx context.Context, tx bot.Tx) error {
			found, err := tx.Incidents(ctx, bot.IncidentQuery{Team: "platform", Pending: true})
			s.equal(len(found), 1)
			return err
		})
	}},
	{"what was kept back and fails undoes the whole transaction", func(s *suite) {
		s.open(report("acme", noon))
		err := s.Update(s.Context(), func(tx bot.Tx) error {
			ctx := s.Context()
			if err := tx.Hold(ctx, 1); err != nil {
				return err
			}
			if err := tx.AddEntry(ctx, 1, incident.Entry{At: noon, Recorded: noon, Kind: "kept"}); err != nil {
				return err
			}
			return tx.SavePage(ctx, bot.PageRecord{ID: 99, Person: "luis"})
		})
		s.fails(err, bot.ErrNotFound)
		s.view(func(ctx context.Context, tx bot.Tx) error {
			history, err := tx.History(ctx, 1)
			s.equal(kinds(history), []string{})
			return err
		})
	}},
	{"deliveries of a transaction that holds incidents are handed out in their order, of updates the newest", func(s *suite) {
		s.open(report("acme", noon))
		var first int64
		s.update(func(ctx context.Context, tx bot.Tx) error {
			s.ok(tx.Hold(ctx, 1))
			d := bot.Delivery{Key: "first", Kind: bot.Post, Platform: "t", Channel: "c"}
			s.ok(tx.Enqueue(ctx, &d))
			first = d.ID
			for _, key := range []string{"u1", "u2"} {
				s.ok(tx.Enqueue(ctx, &bot.Delivery{Key: key, Kind: bot.Update, Platform: "t", Channel: "c", Target: bot.Ref{Delivery: first}}))
			}
			return tx.Enqueue(ctx, &bot.Delivery{Key: "last", Kind: bot.Post, Platform: "t", Channel: "c"})
		})
		got := []string{}
		for range 3 {
			s.update(func(ctx context.Context, tx bot.Tx) error {
				ds, err := tx.ClaimDeliveries(ctx, noon, "h", time.Minute, 5)
				s.ok(err)
				s.equal(len(ds), 1)
				got = append(got, ds[0].Key)
				return tx.DeliveriesSent(ctx, bot.Sent{Delivery: ds[0].ID, Receipt: bot.Receipt{Channel: "c", Message: ds[0].Key}, At: noon})
			})
		}
		s.equal(got, []string{"first", "u2", "last"})
	}},
	{"incidents and histories are found by their numbers", func(s *suite) {
		s.open(report("acme", noon), report("acme", noon), report("acme", noon))
		s.view(func(ctx context.Context, tx bot.Tx) error {
			found, err := tx.Incidents(ctx, bot.IncidentQuery{Numbers: []int{3, 1, 99}})
			s.ok(err)
			s.equal(len(found), 2)
			s.equal(found[1].Number, 3)
			found, err = tx.Incidents(ctx, bot.IncidentQuery{Numbers: []int{}})
			s.equal(len(found), 0)
			return err
		})
	}},
}
