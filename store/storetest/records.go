package storetest

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"time"

	"sereno/bot"
	"sereno/bot/incident"
	"sereno/bot/rca"
)

// full fills every field of the value that v points at, so that a field which
// is not stored shows.
func full(v reflect.Value, seed int) {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			v.Set(reflect.New(v.Type().Elem()))
		}
		full(v.Elem(), seed)
	case reflect.Struct:
		if t, ok := v.Addr().Interface().(*time.Time); ok {
			*t = after(time.Duration(seed) * time.Second)
			return
		}
		for i := range v.NumField() {
			full(v.Field(i), seed+i+1)
		}
	case reflect.String:
		v.SetString(fmt.Sprintf("text ñ %d", seed))
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(seed))
	case reflect.Float64:
		v.SetFloat(float64(seed) / 8)
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		full(v.Index(0), seed)
		full(v.Index(1), seed+100)
	case reflect.Map:
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		full(key, seed)
		full(value, seed+1)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(key, value)
	default:
		panic("storetest: cannot fill " + v.Type().String())
	}
}

// report is an incident of a customer.
func report(customer string, at time.Time) *incident.Incident {
	return &incident.Incident{Customer: customer, Team: "payments", Status: incident.New, ReportedAt: at}
}

func (s *suite) open(is ...*incident.Incident) {
	s.Helper()
	s.update(func(ctx context.Context, tx bot.Tx) error {
		for _, i := range is {
			if err := tx.AddIncident(ctx, i); err != nil {
				return err
			}
		}
		return nil
	})
}

// numbers of the incidents that the query finds.
func (s *suite) numbers(q bot.IncidentQuery) []int {
	s.Helper()
	out := []int{}
	s.view(func(ctx context.Context, tx bot.Tx) error {
		is, err := tx.Incidents(ctx, q)
		for _, i := range is {
			out = append(out, i.Number)
		}
		return err
	})
	return out
}

var records = []promise{
	{"an incident is read back whole, when it is new and when it has changed", func(s *suite) {
		var i incident.Incident
		full(reflect.ValueOf(&i), 1)
		s.open(&i)
		s.equal(i.Number, 1)
		check := func() {
			s.view(func(ctx context.Context, tx bot.Tx) error {
				got, err := tx.Incident(ctx, 1)
				s.ok(err)
				s.equal(*got, i)
				return nil
			})
		}
		check()
		full(reflect.ValueOf(&i), 500)
		i.Number = 1
		s.update(func(ctx context.Context, tx bot.Tx) error { return tx.SaveIncident(ctx, &i) })
		check()
	}},
	{"numbers count from 1, and one that was rolled back leaves no gap", func(s *suite) {
		s.open(report("acme", noon), report("acme", noon))
		s.fails(s.Update(s.Context(), func(tx bot.Tx) error {
			if err := tx.AddIncident(s.Context(), report("acme", noon)); err != nil {
				return err
			}
			return errMine
		}), errMine)
		s.open(report("acme", noon))
		s.equal(s.numbers(bot.IncidentQuery{}), []int{1, 2, 3})
	}},
	{"what is not there is not found", func(s *suite) {
		for name, read := range map[string]func(ctx context.Context, tx bot.Tx) error{
			"Incident":     func(ctx context.Context, tx bot.Tx) error { _, err := tx.Incident(ctx, 7); return err },
			"SaveIncident": func(ctx context.Context, tx bot.Tx) error { return tx.SaveIncident(ctx, &incident.Incident{Number: 7}) },
			"RCAOf":        func(ctx context.Context, tx bot.Tx) error { _, err := tx.RCAOf(ctx, 7); return err },
			"SaveRCA":      func(ctx context.Context, tx bot.Tx) error { return tx.SaveRCA(ctx, &rca.Record{Number: 7}) },
			"MessageAt":    func(ctx context.Context, tx bot.Tx) error { _, err := tx.MessageAt(ctx, "t", "c", "m"); return err },
			"LastIncidentMessageBy": func(ctx context.Context, tx bot.Tx) error {
				_, err := tx.LastIncidentMessageBy(ctx, "t", "c", "maria", noon)
				return err
			},
		} {
			s.Log(name)
			s.fails(s.Update(s.Context(), func(tx bot.Tx) error { return read(s.Context(), tx) }), bot.ErrNotFound)
		}
	}},
	{"incidents are found by customer, team, owner, state, time and number", func(s *suite) {
		globex, owned, closed := report("globex", after(time.Hour)), report("acme", after(2*time.Hour)), report("acme", after(3*time.Hour))
		globex.Team, owned.Owner, closed.Status = "platform", "ana", incident.Closed
		globex.Escalation.Active, owned.Escalation.AckUntil, closed.Escalation.Active = true, after(time.Hour), true
		s.open(report("acme", noon), globex, owned, closed)
		for _, c := range []struct {
			q    bot.IncidentQuery
			want []int
		}{
			{bot.IncidentQuery{}, []int{1, 2, 3, 4}},
			{bot.IncidentQuery{Customer: "acme"}, []int{1, 3, 4}},
			{bot.IncidentQuery{Team: "platform"}, []int{2}},
			{bot.IncidentQuery{Owner: "ana"}, []int{3}},
			{bot.IncidentQuery{OpenOnly: true}, []int{1, 2, 3}},
			{bot.IncidentQuery{Pending: true}, []int{2, 3}},
			{bot.IncidentQuery{From: after(time.Hour), To: after(3 * time.Hour)}, []int{2, 3}},
			{bot.IncidentQuery{From: after(time.Hour + 1)}, []int{3, 4}},
			{bot.IncidentQuery{To: after(1)}, []int{1}},
			{bot.IncidentQuery{After: 1, Limit: 2}, []int{2, 3}},
			{bot.IncidentQuery{Customer: "acme", OpenOnly: true, Limit: 1}, []int{1}},
			{bot.IncidentQuery{Customer: "nobody"}, []int{}},
		} {
			s.Logf("%+v", c.q)
			s.equal(s.numbers(c.q), c.want)
		}
	}},
	{"a saved incident is found by what it is now", func(s *suite) {
		i := report("acme", noon)
		s.open(i)
		i.Escalation.Active = true
		s.update(func(ctx context.Context, tx bot.Tx) error { return tx.SaveIncident(ctx, i) })
		s.equal(s.numbers(bot.IncidentQuery{Pending: true}), []int{1})
		i.Status, i.Owner = incident.Merged, "ana"
		s.update(func(ctx context.Context, tx bot.Tx) error { return tx.SaveIncident(ctx, i) })
		s.equal(s.numbers(bot.IncidentQuery{OpenOnly: true}), []int{})
		s.equal(s.numbers(bot.IncidentQuery{Pending: true}), []int{})
		s.equal(s.numbers(bot.IncidentQuery{Owner: "ana"}), []int{1})
	}},
	{"the history is by the instant at which it happened", func(s *suite) {
		s.open(report("acme", noon), report("acme", noon))
		var late incident.Entry
		full(reflect.ValueOf(&late), 60)
		early := incident.Entry{At: noon, Recorded: after(time.Hour), Kind: incident.EReported, Value: "high"}
		same := incident.Entry{At: noon, Recorded: after(time.Hour), Kind: incident.ENote, Text: "after the other"}
		s.update(func(ctx context.Context, tx bot.Tx) error {
			for _, e := range []incident.Entry{late, early, same} {
				s.ok(tx.AddEntry(ctx, 1, e))
			}
			return nil
		})
		s.view(func(ctx context.Context, tx bot.Tx) error {
			got, err := tx.History(ctx, 1)
			s.ok(err)
			s.equal(len(got), 3)
			late.Seq, early.Seq, same.Seq = got[2].Seq, got[0].Seq, got[1].Seq
			s.equal(got, []incident.Entry{early, same, late})
			if late.Seq >= early.Seq || early.Seq >= same.Seq {
				s.Errorf("recorded in the order %d, %d, %d", late.Seq, early.Seq, same.Seq)
			}
			all, err := tx.Histories(ctx, bot.IncidentQuery{Limit: 1})
			s.ok(err)
			s.equal(all, map[int][]incident.Entry{1: got})
			none, err := tx.Histories(ctx, bot.IncidentQuery{After: 1})
			s.equal(none, map[int][]incident.Entry{})
			return err
		})
	}},
	{"entries of one message can be dropped or emptied", func(s *suite) {
		s.open(report("acme", noon), report("acme", noon))
		entry := func(message string) incident.Entry {
			return incident.Entry{At: noon, Recorded: noon, Kind: incident.ECustomer, Text: "secret", Old: "older", Value: "v", Message: message}
		}
		s.update(func(ctx context.Context, tx bot.Tx) error {
			for _, m := range []string{"", "gone", "erased", "kept"} {
				s.ok(tx.AddEntry(ctx, 1, entry(m)))
				s.ok(tx.AddEntry(ctx, 2, entry(m)))
			}
			s.ok(tx.DropEntries(ctx, 1, "gone"))
			s.ok(tx.DropEntries(ctx, 1, ""))
			s.ok(tx.EraseEntries(ctx, 1, ""))
			return tx.EraseEntries(ctx, 1, "erased")
		})
		s.view(func(ctx context.Context, tx bot.Tx) error {
			got, err := tx.History(ctx, 1)
			s.ok(err)
			for i := range got {
				got[i].Seq = 0
			}
			erased := entry("erased")
			erased.Text, erased.Old = "", ""
			s.equal(got, []incident.Entry{entry(""), erased, entry("kept")})
			other, err := tx.History(ctx, 2)
			s.equal(len(other), 4)
			s.equal(slices.ContainsFunc(other, func(e incident.Entry) bool { return e.Text == "" }), false)
			return err
		})
	}},
	{"an analysis is read back whole, the newest of its incident", func(s *suite) {
		s.open(report("acme", noon), report("acme", after(time.Hour)))
		var r rca.Record
		full(reflect.ValueOf(&r), 1)
		r.Incident = 1
		first, other := &rca.Record{Incident: 1, Status: rca.Done}, &rca.Record{Incident: 2, Status: rca.InProgress}
		s.update(func(ctx context.Context, tx bot.Tx) error {
			s.ok(tx.AddRCA(ctx, first))
			s.ok(tx.AddRCA(ctx, &r))
			return tx.AddRCA(ctx, other)
		})
		s.equal([]int{first.Number, r.Number, other.Number}, []int{1, 2, 3})
		r.Team = "changed"
		s.update(func(ctx context.Context, tx bot.Tx) error { return tx.SaveRCA(ctx, &r) })
		s.view(func(ctx context.Context, tx bot.Tx) error {
			got, err := tx.RCAOf(ctx, 1)
			s.ok(err)
			s.equal(*got, r)
			count := func(from, to time.Time, want int) {
				all, err := tx.RCAs(ctx, from, to)
				s.ok(err)
				s.equal(len(all), want)
			}
			count(time.Time{}, time.Time{}, 3)
			count(noon, after(time.Hour), 2)
			count(after(1), time.Time{}, 1)
			count(time.Time{}, noon, 0)
			return nil
		})
	}},
	{"the audit log is written", func(s *suite) {
		s.update(func(ctx context.Context, tx bot.Tx) error {
			return tx.Audit(ctx, noon, "diego", "reload", "teams.payments changed")
		})
	}},
	{"a store that can be written is ready", func(s *suite) { s.ok(s.Ready(s.Context())) }},
}
