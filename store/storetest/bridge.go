package storetest

import (
	"context"
	"reflect"

	"sereno/bot"
)

var bridge = []promise{
	{"a contact is read back whole, and saved over an earlier one", func(s *suite) {
		for _, seed := range []int{1, 100} {
			var c bot.Contact
			full(reflect.ValueOf(&c), seed)
			c.Platform, c.ID = "t", "U1"
			s.update(func(ctx context.Context, tx bot.Tx) error { return tx.SaveContact(ctx, c) })
			s.view(func(ctx context.Context, tx bot.Tx) error {
				got, err := tx.ContactAt(ctx, "t", "U1")
				s.ok(err)
				s.equal(*got, c)
				for _, identity := range [][2]string{{"t", "U2"}, {"u", "U1"}, {"", ""}} {
					_, err = tx.ContactAt(ctx, identity[0], identity[1])
					s.fails(err, bot.ErrNotFound)
				}
				return nil
			})
		}
	}},
	{"a copy is found by its delivery and by its original, oldest first", func(s *suite) {
		var whole bot.Copy
		full(reflect.ValueOf(&whole), 1)
		whole.Delivery, whole.Platform, whole.Channel, whole.Message = 7, "t", "c", "m1"
		elsewhere := bot.Copy{Delivery: 9, Platform: "t", Channel: "d", Message: "m1"}
		older := bot.Copy{Delivery: 3, Platform: "t", Channel: "c", Message: "m1"}
		typed, asked := bot.Copy{Delivery: 4, Platform: "t", Channel: "c"}, bot.Copy{Delivery: 5, Platform: "t", Channel: "c"}
		s.update(func(ctx context.Context, tx bot.Tx) error {
			for _, c := range []bot.Copy{{Delivery: 7, Platform: "t", Channel: "c", Message: "other"}, whole, elsewhere, older, typed, asked} {
				s.ok(tx.AddCopy(ctx, c))
			}
			return nil
		})
		s.view(func(ctx context.Context, tx bot.Tx) error {
			of := func(message string, want ...bot.Copy) {
				s.Helper()
				got, err := tx.CopiesOf(ctx, "t", "c", message)
				s.ok(err)
				s.equal(append([]bot.Copy(nil), got...), want)
			}
			of("m1", older, whole)
			of("other")
			of("")
			by, err := tx.CopyBy(ctx, 7)
			s.ok(err)
			s.equal(*by, whole)
			_, err = tx.CopyBy(ctx, 1)
			s.fails(err, bot.ErrNotFound)
			return nil
		})
	}},
	{"a person has one exchange in a place, which is saved over and ended", func(s *suite) {
		var x bot.Exchange
		full(reflect.ValueOf(&x), 1)
		x.Platform, x.Channel, x.Thread, x.User = "t", "c", "", "maria"
		other := bot.Exchange{Platform: "t", Channel: "c", Thread: "m1", User: "maria", At: noon}
		save := func(x bot.Exchange) {
			s.update(func(ctx context.Context, tx bot.Tx) error { return tx.SaveExchange(ctx, x) })
		}
		at := func(thread, user string) (*bot.Exchange, error) {
			var got *bot.Exchange
			err := s.View(s.Context(), func(tx bot.Tx) (err error) {
				got, err = tx.ExchangeAt(s.Context(), "t", "c", thread, user)
				return err
			})
			return got, err
		}
		save(other)
		for _, answer := range []string{"first", "second"} {
			x.Answers["severity"] = answer
			save(x)
			got, err := at("", "maria")
			s.ok(err)
			s.equal(*got, x)
		}
		_, err := at("", "john")
		s.fails(err, bot.ErrNotFound)
		for range 2 { // ending what has ended is no error
			s.update(func(ctx context.Context, tx bot.Tx) error { return tx.EndExchange(ctx, "t", "c", "", "maria") })
		}
		_, err = at("", "maria")
		s.fails(err, bot.ErrNotFound)
		got, err := at("m1", "maria")
		s.ok(err)
		s.equal(*got, other)
	}},
}
