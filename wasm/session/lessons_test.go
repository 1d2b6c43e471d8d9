package session

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"vivarium/lessons"
)

// Every prediction of the course is answered by the session as its lesson says.
func TestPredictionsOfTheLessons(t *testing.T) {
	course, err := lessons.Load()
	require.NoError(t, err)
	answered := 0
	for _, lesson := range course {
		page := lessons.NewPage(lesson, lessons.Plain)
		for _, step := range page.Steps {
			for _, part := range step.Parts {
				if part.Cell == nil || len(part.Cell.Predict) == 0 {
					continue
				}
				verdict := verdictOf(t, part.Cell)
				if !assert.NotNil(t, verdict, "%s, %s", page.Name, part.Cell.ID) {
					continue
				}
				if part.Cell.RealTime {
					continue // what it measures is the computer's, and there is no clock here
				}
				for i, predict := range part.Cell.Predict {
					assert.Equal(t, predict.Answer, verdict.Answers[i].Choice, "%s, %s: %s", page.Name, part.Cell.ID, predict.Question)
					answered++
				}
			}
		}
	}
	assert.GreaterOrEqual(t, answered, 12)
}

// verdictOf runs a cell as the page does.
func verdictOf(t *testing.T, cell *lessons.PageCell) *Verdict {
	t.Helper()
	run := map[string]any{
		"do": "run", "source": cell.Source, "file": cell.File, "perSecond": 0, "observe": cell.Watch, "seed": cell.Seed,
		"realTime": cell.RealTime, "schedulers": cell.Schedulers,
	}
	before := []Cell{}
	for _, b := range cell.Before {
		before = append(before, Cell{File: b.File, Source: b.Source})
	}
	asks := []Ask{}
	for _, p := range cell.Predict {
		ask := Ask{Ask: p.Ask}
		for _, choice := range p.Choices {
			ask.When = append(ask.When, choice.When)
		}
		asks = append(asks, ask)
	}
	run["before"], run["ask"] = before, asks
	request, err := json.Marshal(run)
	require.NoError(t, err)

	s := New(Config{Make: OnSystem(0), Version: "1"})
	defer s.close()
	s.Request(request)
	for range 20_000 {
		batch := s.Tick(16)
		if len(batch) == 0 {
			continue
		}
		messages, err := Wire.Decode(batch)
		require.NoError(t, err)
		for _, m := range messages {
			switch m := m.(type) {
			case Verdict:
				return &m
			case Finished:
				return nil
			}
		}
	}
	return nil
}
