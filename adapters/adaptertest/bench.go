package adaptertest

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"sereno/bot"
)

// BenchmarkReceive measures how many messages a second come from the wire into
// the inbox, which keeps them in memory: read, decoded and accepted.
func BenchmarkReceive(b *testing.B, setup Setup) {
	s := setup(b)
	in := NewInbox(s.Support, s.Team)
	stop := running(b, s, in)
	defer stop()
	b.ResetTimer()
	for i := range b.N {
		s.Wire.Say(s.Maria, s.Support, "", fmt.Sprint("La API devuelve 500 desde las 9:50, pedido ", i))
	}
	in.Wait(b, "all were accepted", func() bool { return in.Accepted() == b.N })
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
}

// BenchmarkDeliver measures how many cards a second are rendered and handed to
// the platform, by as many hands as the core has.
func BenchmarkDeliver(b *testing.B, setup Setup) {
	const hands = 16
	s := setup(b)
	stop := running(b, s, NewInbox(s.Support, s.Team))
	defer stop()
	b.ResetTimer()
	var all sync.WaitGroup
	next := make(chan int)
	for range hands {
		all.Go(func() {
			for i := range next {
				if _, err := s.Adapter.Deliver(b.Context(), card(s, i)); err != nil {
					b.Error(err)
				}
			}
		})
	}
	for i := range b.N {
		next <- i
	}
	close(next)
	all.Wait()
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "deliveries/s")
}

// card is a delivery with something of everything.
func card(s *Subject, i int) *bot.Delivery {
	return &bot.Delivery{
		Key: fmt.Sprint("card ", i), Kind: bot.Post, Platform: s.Adapter.Platform(), Channel: s.Team, Attempt: 1, At: time.Now().UTC(),
		Message: bot.Message{
			Title: "INC-7 · Acme S.A.", Text: "La API devuelve 500", Quote: "<!channel> *no* anda @everyone", Footer: "abierto hace 5 min",
			Fields: []bot.Field{{Label: "Prioridad", Value: "Alta"}, {Label: "Estado", Value: "Nuevo"}, {Label: "Vence", Value: "10:50"}},
			Items:  []bot.Item{{Title: "Errores 500", Body: "Qué hacer", URL: "https://kb.example.com/500"}},
			Buttons: []bot.Button{
				{ID: "take", Label: "Tomar", Value: "INC-7", Primary: true}, {ID: "resolve", Label: "Resolver", Value: "INC-7"},
			},
		},
	}
}

// running runs the subject's adapter until stop is called.
func running(b *testing.B, s *Subject, in *Inbox) (stop func()) {
	b.Helper()
	ctx, cancel := context.WithCancel(b.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Adapter.Run(ctx, in) }()
	in.Wait(b, "the adapter caught up", func() bool { return in.TimesCaughtUp() > 0 })
	return func() {
		cancel()
		if err := <-ended; err != nil {
			b.Error(err)
		}
	}
}
