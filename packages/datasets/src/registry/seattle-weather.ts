import type { DatasetDescription } from "../dataset.ts";

export const seattleWeather: DatasetDescription = {
  name: "seattle-weather",
  title: "Four years of weather in Seattle",
  description:
    "Daily weather in Seattle, USA, from 1 January 2012 to 31 December 2015, in metric units. Temperature follows the sun around the year, with a lag of about a month; rain and wind do so only on average. The weather kind was derived upstream from several fields of the original record.",
  source: "NOAA National Climatic Data Center (by way of vega-datasets 3.2.1)",
  sourceUrl: "https://www.ncdc.noaa.gov/cdo-web/datatools/records",
  licence: "U.S. Government work",
  licenceUrl: "https://www.usa.gov/government-works",
  columns: [
    { name: "date", type: "date", unit: "", description: "Day" },
    { name: "t", type: "number", unit: "days", description: "Days since 1 January 2012" },
    { name: "precipitation", type: "number", unit: "mm", description: "Precipitation of the day" },
    { name: "temp_max", type: "number", unit: "°C", description: "Highest temperature of the day" },
    { name: "temp_min", type: "number", unit: "°C", description: "Lowest temperature of the day" },
    { name: "wind", type: "number", unit: "m/s", description: "Mean wind speed of the day" },
    { name: "weather", type: "string", unit: "", description: "Kind of weather" },
  ],
  example: {
    model: "a + b*cos(2*pi*(t - p)/T)",
    response: "temp_max",
    parameters: { a: 15, b: 10, p: 200, T: 365 },
  },
};
