package bench

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"text/tabwriter"
	"time"

	"sereno/bot/company"
	"sereno/bot/text"
)

// WriteJSON writes the figures as one object on one line; what cannot be told
// is null.
func (f Figures) WriteJSON(w io.Writer) error {
	known := func(x float64) *float64 {
		if math.IsNaN(x) {
			return nil
		}
		return &x
	}
	return json.NewEncoder(w).Encode(struct {
		R1          *float64 `json:"r1"`
		R3          *float64 `json:"r3"`
		MRR         *float64 `json:"mrr10"`
		NDCG        *float64 `json:"ndcg10"`
		Silence     *float64 `json:"silence_auroc"`
		Precision80 *float64 `json:"precision_at_80"`
		Index       float64  `json:"index_ms"`
		Median      float64  `json:"p50_us"`
		P99         float64  `json:"p99_us"`
	}{
		known(f.R1), known(f.R3), known(f.MRR), known(f.NDCG), known(f.Silence), known(f.Precision80),
		in(f.Index, time.Millisecond), in(f.Median, time.Microsecond), in(f.P99, time.Microsecond),
	})
}

func in(d, unit time.Duration) float64 {
	return math.Round(float64(d)/float64(unit)*100) / 100
}

// WriteTable writes them for people, and what shares of right suggestions cost,
// of which least gives the confidence, in the language.
func (f Figures) WriteTable(w io.Writer, lang company.Lang, least func(precision float64) float64) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, line := range []struct {
		name  string
		value float64
	}{
		{"R@1", f.R1},
		{"R@3", f.R3},
		{"MRR@10", f.MRR},
		{"nDCG@10", f.NDCG},
		{text.T(lang, "bench.silence"), f.Silence},
		{text.T(lang, "bench.precision80"), f.Precision80},
	} {
		fmt.Fprintf(t, "%s\t%s\n", line.name, share(lang, line.value))
	}
	fmt.Fprintf(t, "%s\t%.0f ms\n", text.T(lang, "bench.indexed"), in(f.Index, time.Millisecond))
	fmt.Fprintf(t, "%s\t%.0f µs\n", text.T(lang, "bench.median"), in(f.Median, time.Microsecond))
	fmt.Fprintf(t, "%s\t%.0f µs\n", text.T(lang, "bench.slow"), in(f.P99, time.Microsecond))
	fmt.Fprintf(t, "\nkb.precision\t%s\t%s\n", text.T(lang, "bench.shown"), text.T(lang, "bench.right"))
	for _, p := range []float64{0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95} {
		right, got := At(f.Judged, least(p))
		fmt.Fprintf(t, "%.2f\t%s\t%s\n", p, share(lang, got), share(lang, right))
	}
	return t.Flush()
}

func share(lang company.Lang, x float64) string {
	if math.IsNaN(x) {
		return text.T(lang, "bench.untold")
	}
	return fmt.Sprintf("%.3f", x)
}
