package store_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sereno/bot"
	"sereno/bot/incident"
	"sereno/bot/sla"
	"sereno/internal/pgtest"
	"sereno/store"
)

// Documents that earlier versions wrote are read as what they mean now.
func TestVerdictsWithAnEmptyExcuseAreReadAsWithoutOne(t *testing.T) {
	body, err := os.ReadFile("testdata/incident_with_empty_excuses.json")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(body), `"Excuse":{"Name":""`) {
		t.Fatal("the document is not of the earlier form")
	}
	at := func(h, m int) time.Time { return time.Date(2026, 11, 25, h, m, 0, 0, time.UTC) }
	want := []incident.Verdict{
		{Facts: "2:bf342994b0d0711c", Clock: sla.Clock{
			Name: sla.FirstResponse, Cycle: 1, Target: time.Hour, Started: at(13, 0), Origin: at(13, 0), Due: at(14, 0),
			Elapsed: 61 * time.Minute, State: sla.Breached, Stopped: at(14, 1), Shares: []float64{0.75},
		}},
		{Facts: "3:b12f5ae08b30ecbc", Clock: sla.Clock{
			Name: sla.Resolution, Cycle: 1, Target: 8 * time.Hour, Started: at(13, 0), Origin: at(13, 0), Due: at(21, 0),
			Elapsed: 62 * time.Minute, State: sla.Met, Stopped: at(14, 2), Shares: []float64{0.75},
		}},
	}
	for name, dsn := range map[string]string{"sqlite": "sqlite::memory:", "postgres": pgtest.DSN(t)} {
		t.Run(name, func(t *testing.T) {
			s := open(t, dsn)
			err := s.Update(t.Context(), func(tx bot.Tx) error { return tx.AddIncident(t.Context(), &incident.Incident{Customer: "acme"}) })
			if err != nil {
				t.Fatal(err)
			}
			store.Exec(t, s, `UPDATE incidents SET body = '`+strings.TrimSpace(string(body))+`' WHERE number = 1`)
			err = s.View(t.Context(), func(tx bot.Tx) error {
				one, err := tx.Incident(t.Context(), 1)
				if err != nil {
					return err
				}
				list, err := tx.Incidents(t.Context(), bot.IncidentQuery{})
				if err != nil {
					return err
				}
				for _, got := range append(list, one) {
					if diff := cmp.Diff(want, got.Verdicts); diff != "" {
						t.Errorf("verdicts (-want +got):\n%s", diff)
					}
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		})
	}
}
