import {
  BooleanField,
  CASCADE,
  CharField,
  FloatField,
  ForeignKey,
  Index,
  IntegerField,
  ManyToManyField,
  Model,
  PROTECT,
  ReverseRelation,
} from "dorm";

export class Region extends Model<Region>("atlas.Region")(
  {
    name: CharField({ maxLength: 40, unique: true }),
    get subregions() {
      return ReverseRelation(() => Subregion, "region");
    },
  },
  { ordering: ["name"] },
) {}

export class Subregion extends Model<Subregion>("atlas.Subregion")(
  {
    name: CharField({ maxLength: 60, unique: true }),
    region: ForeignKey(() => Region, { onDelete: CASCADE, relatedName: "subregions" }),
    get countries() {
      return ReverseRelation(() => Country, "subregion");
    },
  },
  { ordering: ["name"] },
) {}

export class Language extends Model<Language>("atlas.Language")(
  {
    code: CharField({ maxLength: 3, primaryKey: true }),
    name: CharField({ maxLength: 60 }),
    get countries() {
      return ReverseRelation(() => Country, "languages");
    },
  },
  { ordering: ["name"] },
) {}

export class Currency extends Model<Currency>("atlas.Currency")(
  {
    code: CharField({ maxLength: 3, primaryKey: true }),
    name: CharField({ maxLength: 60 }),
    symbol: CharField({ maxLength: 20 }),
    get countries() {
      return ReverseRelation(() => Country, "currencies");
    },
  },
  { ordering: ["code"] },
) {}

export class Country extends Model<Country>("atlas.Country")(
  {
    code: CharField({ maxLength: 2, primaryKey: true }),
    name: CharField({ maxLength: 80 }),
    officialName: CharField({ maxLength: 120 }),
    flag: CharField({ maxLength: 8 }),
    subregion: ForeignKey(() => Subregion, { onDelete: PROTECT, relatedName: "countries" }),
    area: FloatField({ helpText: "square kilometres" }),
    landlocked: BooleanField(),
    independent: BooleanField({ null: true, helpText: "null where states disagree" }),
    languages: ManyToManyField(() => Language, { relatedName: "countries" }),
    currencies: ManyToManyField(() => Currency, { relatedName: "countries" }),
    // A relation to the model itself is symmetrical: whoever I border borders me.
    get neighbours() {
      return ManyToManyField(() => Country);
    },
    get cities() {
      return ReverseRelation(() => City, "country");
    },
  },
  { ordering: ["name"] },
) {
  get title() {
    return `${this.flag} ${this.name}`;
  }
}

export class City extends Model<City>("atlas.City")(
  {
    id: IntegerField({ primaryKey: true, helpText: "the key of geonames.org" }),
    name: CharField({ maxLength: 80 }),
    country: ForeignKey(() => Country, { onDelete: CASCADE, relatedName: "cities" }),
    kind: CharField({ maxLength: 5, helpText: "PPLC is a capital" }),
    population: IntegerField(),
    latitude: FloatField(),
    longitude: FloatField(),
  },
  { ordering: ["-population", "id"], indexes: [Index({ fields: ["country", "-population"], name: "atlas_city_country_population" })] },
) {}

/** In the order in which their tables can be made. */
export const models = [Region, Subregion, Language, Currency, Country, City];
