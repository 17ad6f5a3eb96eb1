import { Avg, Case, Count, Exists, F, Max, Min, OuterRef, Prefetch, Q, Subquery, Sum, Value, When } from "dorm";
import { City, Country, Currency, Language, Region } from "./models.ts";

/** A question, and how it is asked; the answer is one line for each thing found. */
export interface Question {
  readonly text: string;
  ask(): Promise<readonly string[]>;
}

const number = (value: number | null): string => Math.round(value ?? 0).toLocaleString("en");
const names = (things: readonly { readonly name: string }[]): string => things.map((thing) => thing.name).join(", ");

export const questions: readonly Question[] = [
  {
    text: "How many cities are there, and how large are they?",
    async ask() {
      const { cities, people, mean, largest } = await City.objects.aggregate({
        cities: Count("*"),
        people: Sum("population"),
        mean: Avg("population"),
        largest: Max("population"),
      });
      return [`${number(cities)} cities with ${number(people)} people; ${number(mean)} on average, ${number(largest)} at most`];
    },
  },
  {
    text: "Which are the five largest, and where?",
    async ask() {
      const cities = await City.objects.selectRelated("country__subregion__region").limit(5);
      return cities.map((city) => `${city.name}, ${city.country.title}, ${city.country.subregion.region.name}: ${number(city.population)}`);
    },
  },
  {
    text: "In which regions do people live in cities?",
    async ask() {
      const regions = await Region.objects
        .annotate({ cities: Count("subregions__countries__cities"), people: Sum("subregions__countries__cities__population") })
        .orderBy(F("people").desc({ nullsLast: true }));
      return regions.map((region) => `${region.name}: ${number(region.people)} in ${number(region.cities)} cities`);
    },
  },
  {
    text: "Which countries have the most cities of over a million?",
    async ask() {
      const countries = await Country.objects
        .annotate({ millions: Count("cities", { filter: Q({ cities__population__gt: 1_000_000 }) }) })
        .filter({ millions__gte: 10 })
        .orderBy("-millions", "name");
      return countries.map((country) => `${country.title}: ${country.millions}`);
    },
  },
  {
    text: "Who borders Switzerland?",
    async ask() {
      const switzerland = await Country.objects.get({ name: "Switzerland" });
      return [names(await switzerland.neighbours.orderBy("name"))];
    },
  },
  {
    text: "Which landlocked countries have only landlocked neighbours?",
    async ask() {
      const countries = await Country.objects
        .filter({ landlocked: true, neighbours__isnull: false })
        .exclude({ neighbours__landlocked: false })
        .distinct();
      return [names(countries)];
    },
  },
  {
    text: "Which languages are official in the most countries?",
    async ask() {
      const languages = await Language.objects
        .annotate({ spoken: Count("countries") })
        .orderBy("-spoken", "name")
        .limit(6);
      return languages.map((language) => `${language.name}: ${language.spoken}`);
    },
  },
  {
    text: "Which currencies are used in more than one region?",
    async ask() {
      const currencies = await Currency.objects
        .annotate({ regions: Count("countries__subregion__region", { distinct: true }), users: Count("countries", { distinct: true }) })
        .filter({ regions__gt: 1 })
        .orderBy("-users", "code");
      return currencies.map((currency) => `${currency.name}: ${currency.users} countries in ${currency.regions} regions`);
    },
  },
  {
    text: "Which capitals of large countries are not their largest city?",
    async ask() {
      const largest = City.objects.filter({ country: OuterRef("country") }).orderBy("-population");
      const capitals = await City.objects
        .filter({ kind: "PPLC", country__area__gt: 2_000_000 })
        .annotate({ first: Subquery(largest.values("name").limit(1)), most: Subquery(largest.values("population").limit(1)) })
        .filter({ population__lt: F("most") })
        .selectRelated("country")
        .orderBy("country__name");
      return capitals.map((capital) => `${capital.country.title}: ${capital.name}, while ${capital.first} has ${number(capital.most)}`);
    },
  },
  {
    text: "Which names of cities are found in the most countries?",
    async ask() {
      const found = await City.objects
        .values("name")
        .annotate({ countries: Count("country", { distinct: true }), cities: Count("id") })
        .orderBy("-countries", "-cities")
        .limit(5);
      return found.map((row) => `${row.name}: ${row.cities} cities in ${row.countries} countries`);
    },
  },
  {
    text: "How many cities are there of each size?",
    async ask() {
      const sizes = await City.objects
        .annotate({
          size: Case(
            When({ population__gte: 1_000_000 }, { then: Value("a million and more") }),
            When({ population__gte: 100_000 }, { then: Value("100,000 and more") }),
            When({ population__gte: 10_000 }, { then: Value("10,000 and more") }),
            { default: Value("smaller") },
          ),
        })
        .values("size")
        .annotate({ cities: Count("id"), smallest: Min("population") })
        .orderBy("-smallest");
      return sizes.map((row) => `${row.size}: ${number(row.cities)}`);
    },
  },
  {
    text: "What is spoken in the Benelux countries, and which are their two largest cities?",
    async ask() {
      const countries = await Country.objects
        .filter(Q({ name: "Belgium" }).or(Q({ code__in: ["NL", "LU"] })))
        .prefetchRelated(
          "languages",
          Prefetch("cities", { queryset: City.objects.filter({ population__gt: 50_000 }), toAttr: "largeCities" }),
        );
      return countries.map(
        (country) => `${country.title}: ${names([...country.languages.all()])}; ${names(country.largeCities.slice(0, 2))}`,
      );
    },
  },
  {
    text: "Which independent countries have no city of 10,000 people?",
    async ask() {
      const large = City.objects.filter({ country: OuterRef("pk"), population__gte: 10_000 });
      return [names(await Country.objects.filter(Q({ independent: true }), Exists(large).not()))];
    },
  },
];
