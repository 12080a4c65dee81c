package storetest

import (
	"context"
	"time"

	"sereno/bot"
)

// edit is an update of what another delivery became.
func edit(of *bot.Delivery, text string) *bot.Delivery {
	return &bot.Delivery{
		Key: "k:edit:" + text, Kind: bot.Update, Platform: "t", Channel: of.Channel, User: of.User,
		Target: bot.Ref{Delivery: of.ID}, Message: bot.Message{Text: text}, At: noon,
	}
}

func (s *suite) dies(d *bot.Delivery) {
	s.Helper()
	s.update(func(ctx context.Context, tx bot.Tx) error { return tx.DeliveryDead(ctx, d.ID, noon, "no such channel") })
}

var references = []promise{
	{"a reference to a delivery is the message that it became", func(s *suite) {
		root := post("c", "root")
		s.queue(root)
		reply := post("c", "reply")
		reply.Thread = bot.Ref{Delivery: root.ID}
		s.queue(reply, edit(root, "edited"))
		s.sent(s.claim(noon, 1)[0], "m1")
		got := s.claim(noon, 5)
		s.equal(texts(got), []string{"reply"})
		s.equal(got[0].Thread, bot.Ref{Message: "m1", Delivery: root.ID})
		s.sent(got[0], "m2")
		got = s.claim(noon, 5)
		s.equal(texts(got), []string{"edited"})
		s.equal(got[0].Target, bot.Ref{Message: "m1", Delivery: root.ID})
		s.sent(got[0], "m1")
		s.view(func(ctx context.Context, tx bot.Tx) error {
			m, err := tx.MessageAt(ctx, "t", "c", "m1")
			s.ok(err)
			s.equal(m.Text, "edited")
			s.equal(m.Delivery, root.ID)
			m, err = tx.MessageAt(ctx, "t", "c", "m2")
			s.ok(err)
			s.equal(m.Thread, "m1")
			return nil
		})
	}},
	{"a reference to a message stays as it is", func(s *suite) {
		d := post("c", "reply")
		d.Thread = bot.Ref{Message: "m7"}
		s.queue(d)
		got := s.claim(noon, 1)[0]
		s.equal(got.Thread, bot.Ref{Message: "m7"})
		s.sent(got, "m8")
		s.view(func(ctx context.Context, tx bot.Tx) error {
			m, err := tx.MessageAt(ctx, "t", "c", "m8")
			s.ok(err)
			s.equal(m.Thread, "m7")
			return nil
		})
	}},
	{"what refers to another conversation waits for it", func(s *suite) {
		root := post("c", "root")
		s.queue(root)
		reply := post("d", "reply")
		reply.Thread = bot.Ref{Delivery: root.ID}
		s.queue(reply)
		got := s.claim(noon, 5)
		s.equal(texts(got), []string{"root"})
		s.equal(texts(s.claim(noon, 5)), []string{})
		s.sent(got[0], "m1")
		s.equal(texts(s.claim(noon, 5)), []string{"reply"})
	}},
	{"an update of a direct message takes the channel that the receipt named", func(s *suite) {
		d := post("", "page")
		d.Kind, d.User = bot.Page, "luis"
		s.queue(d)
		s.queue(edit(d, "acknowledged"))
		s.claim(noon, 1)
		s.update(func(ctx context.Context, tx bot.Tx) error {
			return tx.DeliveriesSent(ctx, bot.Sent{Delivery: d.ID, Receipt: bot.Receipt{Channel: "D1", Message: "m1"}, At: noon})
		})
		got := s.claim(noon, 1)[0]
		s.equal(got.Channel, "D1")
		s.equal(got.Target.Message, "m1")
	}},
	{"an update of what was given up is given up, and the next in line goes at once", func(s *suite) {
		d := post("c", "1")
		s.queue(d)
		s.queue(edit(d, "2"), post("c", "3"))
		s.dies(s.claim(noon, 1)[0])
		s.equal(texts(s.claim(noon, 5)), []string{"3"})
		s.view(func(ctx context.Context, tx bot.Tx) error {
			dead, err := tx.DeadDeliveries(ctx, noon, 10)
			s.equal(len(dead), 2)
			return err
		})
	}},
	{"an answer in a thread that never came to be goes outside of it", func(s *suite) {
		d := post("c", "1")
		s.queue(d)
		reply := post("c", "2")
		reply.Thread = bot.Ref{Delivery: d.ID}
		s.queue(reply)
		s.dies(s.claim(noon, 1)[0])
		got := s.claim(noon, 1)[0]
		s.equal(got.Thread, bot.Ref{})
	}},
	{"an update takes the place of an earlier one that waits", func(s *suite) {
		d := post("c", "1")
		s.queue(d)
		first := edit(d, "old")
		s.queue(first)
		newer := edit(d, "new")
		s.queue(post("c", "between"), newer)
		s.equal(newer.ID, first.ID)
		s.sent(s.claim(noon, 1)[0], "m1")
		got := s.claim(noon, 1)[0]
		s.equal(got.Message.Text, "new")
		s.equal(got.Key, newer.Key)
		s.sent(got, "m1")
		s.equal(texts(s.claim(noon, 5)), []string{"between"})
	}},
	{"an update does not take the place of one that is being sent, nor of another target's", func(s *suite) {
		d, other := post("c", "1"), post("c", "2")
		s.queue(d, other)
		s.sent(s.claim(noon, 1)[0], "m1")
		s.sent(s.claim(noon, 1)[0], "m2")
		s.queue(edit(d, "first"))
		s.claim(noon, 1)
		s.queue(edit(d, "second"), edit(other, "third"))
		s.view(func(ctx context.Context, tx bot.Tx) error {
			b, err := tx.Backlog(ctx)
			s.equal(b.Deliveries, 3)
			return err
		})
	}},
	{"an update that was put off is renewed and waits as long", func(s *suite) {
		d := post("c", "1")
		s.queue(d)
		s.sent(s.claim(noon, 1)[0], "m1")
		s.queue(edit(d, "old"))
		u := s.claim(noon, 1)[0]
		s.update(func(ctx context.Context, tx bot.Tx) error {
			return tx.DeliveryPutOff(ctx, u.ID, bot.Wait{Until: after(time.Minute), Reason: "asked to wait"})
		})
		s.queue(edit(d, "new"))
		s.equal(texts(s.claim(noon, 5)), []string{})
		s.equal(texts(s.claim(after(time.Minute), 5)), []string{"new"})
	}},
	{"a delivery that was sent is a message with its purpose and incident", func(s *suite) {
		d := post("c", "card")
		d.Purpose, d.Incident = "card", "INC-12"
		s.queue(d)
		s.claim(noon, 1)
		s.update(func(ctx context.Context, tx bot.Tx) error {
			return tx.DeliveriesSent(ctx, bot.Sent{Delivery: d.ID, Receipt: bot.Receipt{Channel: "c", Message: "m1"}, At: after(time.Second)})
		})
		s.view(func(ctx context.Context, tx bot.Tx) error {
			m, err := tx.MessageAt(ctx, "t", "c", "m1")
			s.ok(err)
			s.equal(*m, bot.Said{
				Platform: "t", Channel: "c", ID: "m1", At: after(time.Second), Text: "card",
				Incident: 12, Delivery: d.ID, Purpose: "card",
			})
			return nil
		})
	}},
	{"a delivery that has no message leaves none", func(s *suite) {
		d := post("c", "for your eyes")
		d.Kind, d.User = bot.Ephemeral, "maria"
		s.queue(d)
		s.sent(s.claim(noon, 1)[0], "")
		s.fails(s.View(s.Context(), func(tx bot.Tx) error {
			_, err := tx.MessageAt(s.Context(), "t", "c", "")
			return err
		}), bot.ErrNotFound)
	}},
}
