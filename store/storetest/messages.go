package storetest

import (
	"context"
	"time"

	"sereno/bot"
	"sereno/bot/incident"
	"sereno/bot/rca"
)

func (s *suite) last(channel, thread string) (id string) {
	s.Helper()
	s.view(func(ctx context.Context, tx bot.Tx) (err error) {
		id, err = tx.LastMessage(ctx, "t", channel, thread)
		return err
	})
	return id
}

func (s *suite) save(ms ...bot.Said) {
	s.Helper()
	s.update(func(ctx context.Context, tx bot.Tx) error {
		for _, m := range ms {
			m.Platform, m.Author = "t", "maria"
			if err := tx.SaveMessage(ctx, m); err != nil {
				return err
			}
		}
		return nil
	})
}

// in is the nth message of a channel, in a thread.
func in(thread, channel string, n int) bot.Event {
	e := said(channel, n)
	e.Thread = thread
	return e
}

var messages = []promise{
	{"a message is read back whole, and saved over an earlier one", func(s *suite) {
		m := bot.Said{
			Platform: "t", Channel: "c", ID: "m1", Thread: "m0", Author: "ana", Staff: true, At: noon, Text: "hola ñ",
			Incident: 3, Delivery: 9, Purpose: "card", Deleted: true,
		}
		for _, text := range []string{"first", "second"} {
			m.Text = text
			s.update(func(ctx context.Context, tx bot.Tx) error { return tx.SaveMessage(ctx, m) })
			s.view(func(ctx context.Context, tx bot.Tx) error {
				got, err := tx.MessageAt(ctx, "t", "c", "m1")
				s.ok(err)
				s.equal(*got, m)
				return nil
			})
		}
	}},
	{"the author's newest message of an incident is found, in threads or outside", func(s *suite) {
		s.save(
			bot.Said{Channel: "c", ID: "1", At: noon, Incident: 1},
			bot.Said{Channel: "c", ID: "2", At: after(time.Minute), Incident: 2, Thread: "1"},
			bot.Said{Channel: "c", ID: "3", At: after(time.Hour)},
			bot.Said{Channel: "d", ID: "4", At: after(time.Hour), Incident: 4},
		)
		find := func(author string, since time.Time) (int, error) {
			var n int
			err := s.View(s.Context(), func(tx bot.Tx) error {
				m, err := tx.LastIncidentMessageBy(s.Context(), "t", "c", author, since)
				if err == nil {
					n = m.Incident
				}
				return err
			})
			return n, err
		}
		n, err := find("maria", noon)
		s.ok(err)
		s.equal(n, 2)
		n, err = find("maria", after(time.Minute))
		s.ok(err)
		s.equal(n, 2)
		_, err = find("maria", after(time.Minute+time.Second))
		s.fails(err, bot.ErrNotFound)
		_, err = find("john", noon)
		s.fails(err, bot.ErrNotFound)
	}},
	{"the last message is the newest that was accepted, handled or not", func(s *suite) {
		s.equal(s.last("c", ""), "")
		s.accept(said("c", 5), said("c", 2), in("m002", "c", 7), said("d", 9))
		edited := said("c", 8)
		edited.Kind = bot.MessageEdited
		s.accept(edited)
		s.equal(s.last("c", ""), "m005")
		s.equal(s.last("c", "m002"), "m007")
		s.equal(s.last("c", "m005"), "")
	}},
	{"of messages at one instant the last is that with the greater id", func(s *suite) {
		for _, n := range []int{2, 3, 1} {
			e := said("c", n)
			e.At = noon
			s.accept(e)
		}
		s.equal(s.last("c", ""), "m003")
	}},
	{"the last message is known after its event was forgotten", func(s *suite) {
		s.accept(said("c", 1), said("c", 3), in("m001", "c", 4))
		forget := func() {
			for s.next(noon, done) != "" {
			}
			s.update(func(ctx context.Context, tx bot.Tx) error {
				_, err := tx.ForgetEvents(ctx, after(time.Hour))
				return err
			})
		}
		forget()
		s.equal(s.last("c", ""), "m003")
		s.equal(s.last("c", "m001"), "m004")
		s.accept(said("c", 2))
		s.equal(s.last("c", ""), "m003")
		forget()
		s.equal(s.last("c", ""), "m003")
		s.accept(said("c", 5))
		forget()
		s.equal(s.last("c", ""), "m005")
	}},
	{"threads are open while somebody may still be heard in them", func(s *suite) {
		for _, status := range incident.Statuses {
			i := report("acme", noon)
			i.Status, i.Platform, i.Channel, i.Root = status, "t", "c", "root of "+string(status)
			s.open(i)
		}
		elsewhere := report("acme", noon)
		elsewhere.Platform, elsewhere.Channel, elsewhere.Root = "t", "d", "root elsewhere"
		s.open(elsewhere)
		s.accept(in("root of new", "c", 1), in("root of new", "c", 2))
		root, finished := post("team", "root cause"), post("team", "another")
		s.queue(root, finished)
		s.sent(s.claim(noon, 1)[0], "r1")
		s.sent(s.claim(noon, 1)[0], "r2")
		s.update(func(ctx context.Context, tx bot.Tx) error {
			s.ok(tx.AddRCA(ctx, &rca.Record{Incident: 1, Status: rca.InProgress, Platform: "t", Channel: "team", Root: root.ID}))
			return tx.AddRCA(ctx, &rca.Record{Incident: 1, Status: rca.Done, Platform: "t", Channel: "team", Root: finished.ID})
		})
		threads := func(channel string) (out []bot.ThreadCursor) {
			s.view(func(ctx context.Context, tx bot.Tx) (err error) {
				out, err = tx.OpenThreads(ctx, "t", channel)
				return err
			})
			return out
		}
		s.equal(threads("c"), []bot.ThreadCursor{
			{Root: "root of in_development"},
			{Root: "root of in_progress"},
			{Root: "root of new", Last: "m002"},
			{Root: "root of resolved"},
			{Root: "root of waiting_customer"},
			{Root: "root of waiting_third_party"},
		})
		s.equal(threads("team"), []bot.ThreadCursor{{Root: "r1"}})
		card := post("cards", "card")
		s.queue(card)
		s.sent(s.claim(noon, 1)[0], "c1")
		s.update(func(ctx context.Context, tx bot.Tx) error {
			i, err := tx.Incident(ctx, 1)
			s.ok(err)
			i.Status, i.Card = incident.InProgress, incident.Place{Delivery: card.ID, Platform: "t", Channel: "cards"}
			return tx.SaveIncident(ctx, i)
		})
		s.equal(threads("cards"), []bot.ThreadCursor{{Root: "c1"}})
		s.accept(said("team", 1), in("earlier", "team", 2))
		s.equal(threads("team"), []bot.ThreadCursor{{Root: "earlier", Last: "m002"}, {Root: "m001"}, {Root: "r1"}})
		s.next(noon, done)
		s.next(noon, done)
	}},
}
