package holidays

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestDates(t *testing.T) {
	for _, tt := range []struct {
		name, region string
		year         int
		want         string // month-day, as the government publishes them
	}{
		// https://www.argentina.gob.ar/jefatura/feriados-nacionales-2024 and the two years after
		{"Argentina moves a Wednesday in November to the Monday before", "AR", 2024, "01-01 02-12 02-13 03-24 03-29 04-02 05-01 05-25 06-17 06-20 07-09 08-17 10-12 11-18 12-08 12-25"},
		{"Argentina moves a Tuesday in June and a Thursday in November", "AR", 2025, "01-01 03-03 03-04 03-24 04-02 04-18 05-01 05-25 06-16 06-20 07-09 08-17 10-12 11-24 12-08 12-25"},
		{"Argentina moves a Wednesday in June and a Friday in November", "AR", 2026, "01-01 02-16 02-17 03-24 04-02 04-03 05-01 05-25 06-15 06-20 07-09 08-17 10-12 11-23 12-08 12-25"},
		// https://www.boe.es/diario_boe/txt.php?id=BOE-A-2025-21667, the days that hold in all of Spain
		{"Spain as a whole", "ES", 2026, "01-01 01-06 04-03 05-01 08-15 10-12 11-01 12-06 12-08 12-25"},
		// https://www.opm.gov/policy-data-oversight/pay-leave/federal-holidays/
		{"a Saturday in the United States is made good on the Friday", "US", 2026, "01-01 01-19 02-16 05-25 06-19 07-03 07-04 09-07 10-12 11-11 11-26 12-25"},
		{"so next year's New Year's Day may be this year's", "US", 2021, "01-01 01-18 02-15 05-31 06-18 06-19 07-04 07-05 09-06 10-11 11-11 11-25 12-24 12-25 12-31"},
		// https://www.gov.uk/bank-holidays, England and Wales
		{"a Saturday in England is made good on the Monday", "GB", 2026, "01-01 04-03 04-06 05-04 05-25 08-31 12-25 12-26 12-28"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			all, err := Dates(tt.region, tt.year)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, h := range all {
				got = append(got, h.Date.String()[len("2006-"):])
			}
			if diff := cmp.Diff(strings.Fields(tt.want), got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestEveryRegionHasItsDaysEachYear(t *testing.T) {
	for _, region := range Regions() {
		for year := FirstYear; year <= LastYear; year++ {
			all, err := Dates(region, year)
			if err != nil || len(all) < 5 {
				t.Fatalf("%s %d: %d days, %v", region, year, len(all), err)
			}
			for i, h := range all {
				if h.Date.Year != year || !h.Date.Valid() || h.Name == "" || i > 0 && all[i-1].Date.Compare(h.Date) >= 0 {
					t.Fatalf("%s %d: %+v", region, year, all)
				}
			}
		}
	}
}

func TestWhatIsNotKnownIsSaid(t *testing.T) {
	for name, dates := range map[string]func() ([]Holiday, error){
		"a region that the library has not": func() ([]Holiday, error) { return Dates("ATLANTIS", 2026) },
		"a year before the rules":           func() ([]Holiday, error) { return Dates("AR", 1491) },
		"a year too far":                    func() ([]Holiday, error) { return Dates("AR", 2101) },
	} {
		if all, err := dates(); err == nil || all != nil {
			t.Errorf("%s: %v, %v", name, all, err)
		}
	}
}
