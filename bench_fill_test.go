package main_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"sereno/bot"
	"sereno/bot/incident"
	"sereno/internal/pgtest"
	"sereno/store"
)

// fillPath and fillCount tell the test binary, started once more, to fill a
// store and end.
const (
	fillPath  = "SERENO_BENCH_FILL"
	fillCount = "SERENO_BENCH_FILL_COUNT"
)

func TestMain(m *testing.M) {
	path := os.Getenv(fillPath)
	if path == "" {
		pgtest.Main(m)
		return
	}
	var n int
	if _, err := fmt.Sscan(os.Getenv(fillCount), &n); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	if err := fillStore(context.Background(), path, n); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// fillElsewhere opens n incidents in the store at the path, in another process.
func fillElsewhere(b *testing.B, path string, n int) {
	b.Helper()
	self, err := os.Executable()
	if err != nil {
		b.Fatal(err)
	}
	c := exec.Command(self)
	c.Env = append(os.Environ(), fillPath+"="+path, fmt.Sprintf("%s=%d", fillCount, n))
	if out, err := c.CombinedOutput(); err != nil {
		b.Fatalf("fill the store: %v\n%s", err, out)
	}
}

// fillStore opens n incidents as a bot would have left them: each with its message, a
// history, a receipt and a card that were sent, and the timers of two clocks,
// which fall due hours from now.
func fillStore(ctx context.Context, path string, n int) error {
	s, err := store.Open(ctx, path)
	if err != nil {
		return err
	}
	defer s.Close()
	const together = 500
	for from := 0; from < n; from += together {
		err := s.Update(ctx, func(tx bot.Tx) error {
			for i := from; i < min(from+together, n); i++ {
				if err := openOne(ctx, tx, i); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return s.Close()
}

var fillText = strings.Repeat("La API de pagos devuelve error 500. ", 5)

func openOne(ctx context.Context, tx bot.Tx, i int) error {
	now := time.Now().UTC()
	at := now.Add(-time.Duration(i%3600) * time.Second)
	customer := i % benchCustomers
	message := fmt.Sprint("old", i)
	inc := &incident.Incident{
		Customer: fmt.Sprint("c", customer), Team: "payments", Severity: "high", Status: incident.New,
		Origin: incident.Undetermined, Title: "La API de pagos devuelve error 500", Text: fillText,
		Reporter: fmt.Sprint("p", customer), Platform: "console", Channel: fmt.Sprintf("c%d-support", customer),
		Root: message, ReportedAt: at, LastCustomerAt: at,
	}
	if err := tx.AddIncident(ctx, inc); err != nil {
		return err
	}
	said := bot.Said{
		Platform: "console", Channel: inc.Channel, ID: message, Author: inc.Reporter,
		At: at, Text: fillText, Incident: inc.Number,
	}
	if err := tx.SaveMessage(ctx, said); err != nil {
		return err
	}
	err := tx.AddEntry(ctx, inc.Number, incident.Entry{
		At: at, Recorded: at, Kind: incident.EReported, Actor: inc.Reporter, Text: fillText, Value: "high", Message: message,
	})
	if err != nil {
		return err
	}
	for _, clock := range []string{"first_response", "resolution"} {
		for kind, subject := range map[string]string{"warning": clock + "/0/0.75", "breach": clock + "/0"} {
			due := now.Add(6*time.Hour + time.Duration(i)*time.Second)
			if err := tx.SetTimer(ctx, bot.Timer{Due: due, Kind: kind, Incident: inc.Number, Subject: subject}); err != nil {
				return err
			}
		}
	}
	for _, purpose := range []string{"receipt", "card"} {
		d := bot.Delivery{
			Key: message + purpose, Kind: bot.Post, Platform: "console", Channel: inc.Channel, Incident: inc.ID(),
			Purpose: purpose, Message: bot.Message{Title: inc.Title, Text: fillText}, At: at,
		}
		if purpose == "card" {
			d.Channel = "payments-team"
		}
		if err := tx.Enqueue(ctx, &d); err != nil {
			return err
		}
		if err := tx.DeliveriesSent(ctx, bot.Sent{Delivery: d.ID, Receipt: bot.Receipt{Channel: d.Channel, Message: d.Key}, At: at}); err != nil {
			return err
		}
		place := incident.Place{Delivery: d.ID, Platform: "console", Channel: d.Channel, Reader: "payments"}
		if purpose == "card" {
			inc.Card = place
		} else {
			inc.Receipt = place
		}
	}
	return tx.SaveIncident(ctx, inc)
}

// makeDue lets a timer of each of n incidents fall due a moment ago.
func makeDue(b *testing.B, s bot.Store, from, n int) {
	b.Helper()
	err := s.Update(b.Context(), func(tx bot.Tx) error {
		for i := range n {
			t := bot.Timer{Due: time.Now().Add(-time.Minute), Kind: "warning", Incident: from + i + 1, Subject: "first_response/0/0.75"}
			if err := tx.SetTimer(b.Context(), t); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
}

// memory is what the process holds now and has held at most, in MiB; zero
// where the system does not tell.
func memory(b *testing.B) (resident, peak float64) {
	b.Helper()
	f, err := os.Open("/proc/self/status")
	if err != nil {
		return 0, 0
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		var kib float64
		name, value, _ := strings.Cut(lines.Text(), ":")
		if _, err := fmt.Sscan(value, &kib); err != nil {
			continue
		}
		switch name {
		case "VmRSS":
			resident = kib / 1024
		case "VmHWM":
			peak = kib / 1024
		}
	}
	return resident, peak
}
