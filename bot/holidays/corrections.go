package holidays

import (
	"time"

	"github.com/rickar/cal/v2"
	"github.com/rickar/cal/v2/aa"
	"github.com/rickar/cal/v2/ar"
)

// argentina is by law 27.399: the four movable holidays go to the Monday before
// when they fall on a Tuesday or Wednesday, to the Monday after when on a Thursday
// or Friday, and stay on every other day (article 7); 20 June is not movable; the
// holiday of Holy Week is Good Friday. The library moves weekends instead, moves
// 20 June, and has Maundy Thursday. Bridge days, and what decree 614/2025 lets the
// government do with movable holidays that fall on a weekend, are announced year
// by year.
//
// Sources: https://www.argentina.gob.ar/normativa/nacional/ley-27399-281835/texto,
// https://www.argentina.gob.ar/jefatura/feriados-nacionales-2026
func argentina() []*cal.Holiday {
	toMonday := []cal.AltDay{
		{Day: time.Tuesday, Offset: -1},
		{Day: time.Wednesday, Offset: -2},
		{Day: time.Thursday, Offset: 4},
		{Day: time.Friday, Offset: 3},
	}
	moved := func(h *cal.Holiday) *cal.Holiday { return h.Clone(&cal.Holiday{Observed: toMonday}) }
	return []*cal.Holiday{
		ar.NewYear, ar.CarnivalDay1, ar.CarnivalDay2, ar.TruethDay, ar.MalvinasVeterans,
		aa.GoodFriday.Clone(&cal.Holiday{Name: ar.EasternsDay.Name}),
		ar.LaborDay, ar.RevolutionDay, moved(ar.GuemesDay),
		ar.BelgranoDay.Clone(&cal.Holiday{Observed: []cal.AltDay{}}),
		ar.IndependenceDay, moved(ar.SanMartinDay), moved(ar.DiversityDay), moved(ar.SovereigntyDay),
		ar.VirgenDay, ar.ChristmasDay,
	}
}
